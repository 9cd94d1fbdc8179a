import KubernetesAPI

/// Which objects a k8sProbe means. Names win over selectors; without either, every object is meant.
enum ObjectSelection: Sendable, Hashable {
    case names([String])
    case matching(labels: LabelSelector, fields: FieldSelector, text: String)

    /// - Parameters:
    ///   - written: `resourceNames`, `labelSelector` and `fieldSelector` as they stand in the inputs.
    ///   - render: evaluates the templates in them.
    ///   - malformed: makes an error of a reason.
    /// - Throws: what `render` throws; `malformed` for a selector that cannot be parsed, and for a template that comes
    ///   out empty: the probe would silently mean every object.
    init<Failure: Error>(
        _ written: Inputs, render: (String) throws(Failure) -> String, malformed: (String) -> Failure
    ) throws(Failure) {
        func rendered(_ field: String, _ text: String) throws(Failure) -> String {
            let result = try render(text).trimmingWhitespace
            guard text.isEmpty || !result.isEmpty else {
                throw malformed("\(field) '\(text)' comes out empty, which would mean every object")
            }
            return result
        }
        let names = try rendered("resourceNames", written.resourceNames)
        if !names.isEmpty {
            let list = names.split(separator: ",").map(\.trimmingWhitespace).filter { !$0.isEmpty }
            guard !list.isEmpty else { throw malformed("resourceNames '\(names)' holds no name") }
            self = .names(list)
            return
        }
        let labels = try rendered("labelSelector", written.labelSelector)
        let fields = try rendered("fieldSelector", written.fieldSelector)
        let text = "{labelSelectors: \(labels), fieldSelectors: \(fields)}"
        do {
            self = .matching(
                labels: try LabelSelector(parsing: labels), fields: try FieldSelector(parsing: fields), text: text)
        } catch {
            throw malformed("\(error)")
        }
    }

    /// The three inputs that select objects, as written.
    struct Inputs: Sendable, Hashable {
        var resourceNames: String
        var labelSelector: String
        var fieldSelector: String

        var hasTemplates: Bool {
            [resourceNames, labelSelector, fieldSelector].contains { $0.contains("{{") }
        }
    }
}
