import KubernetesAPI

/// Evaluates the Go templates in a probe's inputs: `{{ .name.ProbeArtifacts.Register }}` and what Go's text/template
/// offers around it.
///
/// Text is inserted as it is: a command may contain `<` and `&`, and so may the output of another probe. An action that
/// names no probe of this engine, such as the `{{.Names}}` of another program's `--format`, is left as it was written.
struct ProbeTemplate {
    /// What successful probes have registered, by probe name.
    var registers: [String: String]
    /// Every probe of the engine; one that has registered nothing yet counts as empty text.
    var probeNames: Set<String>

    /// - Throws: `TemplateError` on a syntax error or an unknown function.
    func render(_ text: String) throws(TemplateError) -> String {
        guard text.contains("{{") else { return text }
        var root: [String: JSON] = [:]
        for name in probeNames {
            root[name] = ["ProbeArtifacts": ["Register": .string(registers[name] ?? "")]]
        }
        var evaluator = TemplateEvaluator(root: .object(root))
        return try evaluator.render(TemplateParser.parse(text), dot: .object(root))
    }
}

private struct TemplateEvaluator {
    let root: JSON
    var variables: [String: JSON] = [:]

    mutating func render(_ nodes: [TemplateNode], dot: JSON) throws(TemplateError) -> String {
        var output = ""
        for node in nodes {
            switch node {
            case .text(let text): output += text
            case .output(let pipeline, let source):
                output += dot == root && isForeign(pipeline) ? source : try value(pipeline, dot).scalarText
            case .assign(let name, let pipeline): variables[name] = try value(pipeline, dot)
            case .conditional(let pipeline, let then, let otherwise):
                output += try render(value(pipeline, dot).isTrue ? then : otherwise, dot: dot)
            case .with(let pipeline, let then, let otherwise):
                let inner = try value(pipeline, dot)
                output += try inner.isTrue ? render(then, dot: inner) : render(otherwise, dot: dot)
            case .range(let pipeline, let body, let otherwise):
                let elements = try value(pipeline, dot).elements
                if elements.isEmpty { output += try render(otherwise, dot: dot) }
                for element in elements { output += try render(body, dot: element) }
            }
        }
        return output
    }

    /// A bare field of the root that is no probe's name.
    private func isForeign(_ pipeline: TemplatePipeline) -> Bool {
        guard let operand = pipeline.commands.first?.first, case .field(let path) = operand, let name = path.first
        else {
            return false
        }
        return root[name].isNull
    }

    private mutating func value(_ pipeline: TemplatePipeline, _ dot: JSON) throws(TemplateError) -> JSON {
        var result: JSON?
        for command in pipeline.commands {
            var arguments: [JSON] = []
            for operand in command.dropFirst() { arguments.append(try value(operand, dot)) }
            if let result { arguments.append(result) }
            if case .function(let name) = command[0] {
                result = try TemplateFunctions.call(name, arguments)
            } else {
                guard arguments.isEmpty else { throw TemplateError(message: "a value cannot be called") }
                result = try value(command[0], dot)
            }
        }
        return result ?? .null
    }

    private mutating func value(_ operand: TemplateOperand, _ dot: JSON) throws(TemplateError) -> JSON {
        switch operand {
        case .literal(let value): return value
        case .field(let path): return dot[path: path]
        case .variable("", let path): return root[path: path]
        case .variable(let name, let path):
            guard let value = variables[name] else { throw TemplateError(message: "undefined variable $\(name)") }
            return value[path: path]
        case .group(let pipeline, let path): return try value(pipeline, dot)[path: path]
        case .function(let name): return try TemplateFunctions.call(name, [])
        }
    }
}

extension JSON {
    /// Go's truth: everything but false, zero, null and the empty.
    var isTrue: Bool {
        switch self {
        case .null: false
        case .bool(let value): value
        case .int(let value): value != 0
        case .double(let value): value != 0
        case .string(let value): !value.isEmpty
        case .array(let value): !value.isEmpty
        case .object(let value): !value.isEmpty
        }
    }

    fileprivate var elements: [JSON] {
        switch self {
        case .array(let elements): elements
        case .object(let members): members.sorted { $0.key < $1.key }.map(\.value)
        default: []
        }
    }
}
