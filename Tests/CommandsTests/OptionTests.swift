import Testing

@testable import Commands

@Suite struct OptionTests {
    @Test(
        "addresses to listen on",
        arguments: [
            ("127.0.0.1:6443", "127.0.0.1", 6443), ("localhost:0", "localhost", 0), ("[::1]:80", "::1", 80),
        ])
    func addresses(text: String, host: String, port: Int) throws {
        let address = try HostPort(text)
        #expect(address.host == host)
        #expect(address.port == port)
    }

    @Test("what is no address is refused with an example", arguments: ["6443", "host:", ":80", "host:99999", ""])
    func noAddress(text: String) {
        let error = #expect(throws: CommandError.self) { try HostPort(text) }
        #expect(error?.message.contains("127.0.0.1:6443") == true)
    }

    @Test(
        "durations in words",
        arguments: [
            (Duration.milliseconds(250), "250ms"), (.seconds(15), "15s"), (.seconds(90), "1m30s"),
            (.seconds(120), "2m"),
        ])
    func words(duration: Duration, text: String) {
        #expect(duration.inWords == text)
    }
}
