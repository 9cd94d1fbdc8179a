import KubernetesAPI

/// Where in an object a check is, as Kubernetes writes it in errors: `spec.containers[0].image`.
///
/// Only rendered when there is something to report.
struct FieldPath: Sendable {
    private enum Step: Sendable {
        case root(String)
        case member(String)
        case key(String)
        case index(Int)
    }

    private var steps: [Step]

    /// - Parameter root: what stands before the first member; may be empty.
    init(_ root: String = "") { steps = root.isEmpty ? [] : [.root(root)] }

    func appending(_ member: String) -> FieldPath { adding(.member(member)) }

    /// A key of a map, written in brackets.
    func appending(key: String) -> FieldPath { adding(.key(key)) }

    func appending(index: Int) -> FieldPath { adding(.index(index)) }

    private func adding(_ step: Step) -> FieldPath {
        var copy = self
        copy.steps.append(step)
        return copy
    }

    mutating func push(_ member: String) { steps.append(.member(member)) }
    mutating func push(index: Int) { steps.append(.index(index)) }
    mutating func pop() { steps.removeLast() }

    var text: String {
        var text = ""
        for step in steps {
            switch step {
            case .root(let name): text += name
            case .member(let name): text += text.isEmpty ? name : ".\(name)"
            case .key(let name): text += "[\(name)]"
            case .index(let index): text += "[\(index)]"
            }
        }
        return text
    }
}

/// Several invalid fields.
public struct FieldErrors: Error, Sendable, Hashable, CustomStringConvertible {
    public var errors: [FieldError]

    public init(_ errors: [FieldError]) { self.errors = errors }

    public var description: String { errors.map(\.description).joined(separator: "; ") }
}

extension FieldError {
    /// A value that is none of those allowed.
    static func unsupported(_ field: String, _ value: JSON, supported: [String]) -> FieldError {
        let list = supported.sorted().map { "\(JSON.string($0))" }.joined(separator: ", ")
        return FieldError(
            reason: "FieldValueNotSupported", field: field,
            detail: "Unsupported value: \(value): supported values: \(list)")
    }

    /// A value that may not be set, or not be changed.
    static func forbidden(_ field: String, _ detail: String) -> FieldError {
        FieldError(reason: "FieldValueForbidden", field: field, detail: "Forbidden: \(detail)")
    }

    static func duplicate(_ field: String, _ value: JSON) -> FieldError {
        FieldError(reason: "FieldValueDuplicate", field: field, detail: "Duplicate value: \(value)")
    }

    /// A value of the wrong JSON type.
    static func wrongType(_ field: String, _ value: JSON, expected: String) -> FieldError {
        let found = value.typeName
        let subject = field.isEmpty ? "" : "\(field) in body "
        return FieldError(
            reason: "FieldValueTypeInvalid", field: field,
            detail: "Invalid value: \"\(found)\": \(subject)must be of type \(expected): \"\(found)\"")
    }
}
