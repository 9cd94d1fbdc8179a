import Foundation
import Testing

@testable import Commands

/// Calls `body` with the path of a temporary configuration file.
func withFile(_ text: String, _ body: (String) throws -> Void) throws {
    let directory = FileManager.default.temporaryDirectory.appending(path: "litmus-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: directory) }
    let file = directory.appending(path: "config.yaml")
    try Data(text.utf8).write(to: file)
    try body(file.path(percentEncoded: false))
}

@Suite struct ConfigurationFileTests {
    @Test(
        "what no setting can be is refused with file, key and what is allowed",
        arguments: [
            ("timeOut: 5m\n", "c.yaml: unknown key 'timeOut'; did you mean 'timeout'? (allowed are dataDir, listen, "),
            ("data-dir: /x\n", "c.yaml: unknown key 'data-dir'; did you mean 'dataDir'?"),
            ("image: [a=host]\n", "c.yaml: image: expected an image reference, such as litmus:1.0, not a value of type array"),
            ("kubernetes: {}\n", "c.yaml: unknown key 'kubernetes' (allowed are dataDir"),
            (
                "timeout: 90\n",
                "c.yaml: timeout: expected a duration such as 90s, 5m or 1h30m, not a value of type integer"
            ),
            ("listen: [a]\n", "c.yaml: listen: expected an address as HOST:PORT"),
            ("images: a=host\n", "c.yaml: images: expected a list of PATTERN=TARGET"),
            ("images: [a=host, 5]\n", "c.yaml: images[1]: expected a list of PATTERN=TARGET"),
            ("images: [a=nowhere]\n", "c.yaml: images: image row 'a=nowhere' has the unknown target"),
            ("logLevel: loud\n", "c.yaml: logLevel: expected one of trace, debug, info"),
            ("dataDir: ''\n", "c.yaml: dataDir: expected the path of a directory, not ''"),
            ("output:\n", "c.yaml: output: expected one of text, json, not a value of type null"),
            ("- a\n", "c.yaml: expected a mapping of keys to values, not a value of type array"),
            ("timeout: 1m\n---\ntimeout: 2m\n", "c.yaml: holds 2 documents"),
            ("timeout: [\n", "c.yaml:"),
        ])
    func mistakes(text: String, message: String) {
        let error = #expect(throws: CommandError.self) {
            try CommandSettings([ConfigurationFile(path: "c.yaml", text: text).source])
        }
        #expect(error?.message.hasPrefix(message) == true, "\(error?.message ?? "")")
    }

    @Test("an empty file says nothing", arguments: ["", "# nothing yet\n", "{}\n"])
    func empty(text: String) throws {
        let settings = try CommandSettings([ConfigurationFile(path: "c.yaml", text: text).source])
        #expect(settings == CommandSettings())
    }

    @Test("the file is looked for in the user's place, then in the machine's")
    func places() {
        let system = ConfigurationFile.systemPath
        #expect(
            ConfigurationFile.defaultPaths(environment: ["XDG_CONFIG_HOME": "/x", "HOME": "/h"])
                == ["/x/litmus/config.yaml", system])
        #expect(
            ConfigurationFile.defaultPaths(environment: ["XDG_CONFIG_HOME": "", "HOME": "/h"])
                == ["/h/.config/litmus/config.yaml", system])
        #expect(ConfigurationFile.defaultPaths(environment: [:]) == [system])
    }

    @Test("the first default file that exists counts; a missing one is no error")
    func defaults() throws {
        try withFile("timeout: 1m\n") { path in
            let missing = path + ".missing"
            let found = try ConfigurationFile.find(named: nil, defaults: [missing, path])
            #expect(found?.path == path)
            let none = try ConfigurationFile.find(named: nil, defaults: [missing])
            #expect(none == nil)
        }
    }

    @Test("a named file must exist")
    func named() throws {
        try withFile("timeout: 1m\n") { path in
            let missing = path + ".missing"
            let error = #expect(throws: CommandError.self) {
                try ConfigurationFile.find(named: missing, defaults: [path])
            }
            #expect(error?.message == "\(missing): there is no such configuration file")
        }
    }
}
