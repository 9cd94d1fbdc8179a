import ContainerRuntime

/// What a container of the image table really executes.
struct ResolvedProgram: Sendable, Hashable {
    var program: ContainerSpecification.Program
    /// The command line of `host` and `directory` programs.
    var arguments: [String]

    /// Finds the program of a container.
    /// - Parameter command: the container's `command` and `args`, variables expanded.
    /// - Throws: `StartFailure` with the reason for the container's status and what to do.
    init(image: String, command: [String], table: ImageTable) throws(StartFailure) {
        guard let target = table.target(of: image) else {
            throw StartFailure(
                reason: "ErrImagePull",
                message: "no program is known for image \"\(image)\": images are not pulled here. Say what it runs "
                    + "with --image '\(image)=TARGET', where TARGET is 'host' (the command runs on the host's own "
                    + "file system), the directory of a root file system, or 'builtin:ROLE'",
                retry: .never)
        }
        switch target {
        case .host:
            program = .host
            arguments = try Self.required(command, image: image)
        case .directory(let path):
            program = .directory(path)
            arguments = try Self.required(command, image: image)
        case .builtin(let role):
            switch BuiltinCommand(role: role, command: command) {
            case .role(let role, let arguments):
                program = .builtin(role: role, arguments: arguments)
                self.arguments = []
            case .hostCommand:
                program = .host
                arguments = command
            case .unknown:
                throw StartFailure(
                    reason: "CreateContainerError",
                    message: "image \"\(image)\" needs a role: set the container's args to a subcommand of litmus, "
                        + "such as [\"runner\"]", retry: .never)
            }
        }
    }

    private static func required(_ command: [String], image: String) throws(StartFailure) -> [String] {
        guard !command.isEmpty else {
            throw StartFailure(
                reason: "CreateContainerError",
                message: "no command specified: image \"\(image)\" runs on a file system without an entry point. Add "
                    + "'command' to the container", retry: .never)
        }
        return command
    }
}

/// The translation of an upstream image's command line to a role of the `litmus` executable.
///
/// Upstream's `["/bin/bash", "-c", "./experiments -name pod-delete"]` becomes role `experiment` with
/// `--name pod-delete`. Command lines that name no upstream program run as they are, on the host's file system.
enum BuiltinCommand: Sendable, Hashable {
    case role(String, arguments: [String])
    case hostCommand
    /// Neither the image nor the command names a role.
    case unknown

    /// The role that stands for each upstream program.
    private static let programs = ["experiments": "experiment", "helpers": "inject", "chaos-runner": "runner"]
    private static let shells: Set<String> = ["sh", "bash", "ash", "dash"]

    init(role: String, command: [String]) {
        let words = Self.unwrapped(command)
        guard let first = words.first else {
            self = role.isEmpty ? .unknown : .role(role, arguments: [])
            return
        }
        let name = Self.baseName(first)
        let rest = Array(words.dropFirst())
        if let role = Self.programs[name] {
            self = .role(role, arguments: Self.normalised(rest))
        } else if name == "litmus" {
            self = rest.isEmpty ? .unknown : .role(rest[0], arguments: Array(rest.dropFirst()))
        } else if role.isEmpty {
            self = first.contains("/") ? .hostCommand : .role(first, arguments: rest)
        } else if first.hasPrefix("-") {
            self = .role(role, arguments: Self.normalised(words))
        } else if name == role {
            self = .role(role, arguments: rest)
        } else {
            self = .hostCommand
        }
    }

    /// The words of `sh -c "WORDS"` when they are a single simple command, else the command itself.
    private static func unwrapped(_ command: [String]) -> [String] {
        guard command.count == 3, shells.contains(baseName(command[0])), command[1].hasPrefix("-"),
            command[1].hasSuffix("c"), !command[2].contains(where: { ";&|<>$`\\*?()\n".contains($0) })
        else { return command }
        var words = split(command[2])
        if words.first == "exec" { words.removeFirst() }
        return words
    }

    /// Splits at blanks outside quotes.
    private static func split(_ text: String) -> [String] {
        var words: [String] = []
        var word: String?
        var quote: Character?
        for character in text {
            if let open = quote {
                if character == open { quote = nil } else { word = (word ?? "") + String(character) }
            } else if character == "'" || character == "\"" {
                quote = character
                word = word ?? ""
            } else if character.isWhitespace {
                if let complete = word { words.append(complete) }
                word = nil
            } else {
                word = (word ?? "") + String(character)
            }
        }
        if let last = word { words.append(last) }
        return words
    }

    /// Go's flag package takes `-name` for `--name`; the roles' parser does not.
    private static func normalised(_ words: [String]) -> [String] {
        words.map { word in
            let isLong = word.hasPrefix("-") && !word.hasPrefix("--") && word.count > 2
            return isLong && word.dropFirst().first?.isLetter == true ? "-\(word)" : word
        }
    }

    private static func baseName(_ path: String) -> String {
        path.split(separator: "/").last.map(String.init) ?? path
    }
}
