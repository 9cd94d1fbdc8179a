import Glibc

enum IPAddress {
    /// The 4 or 16 bytes of an address in text form; nil when it is none.
    static func bytes(_ text: String) -> [UInt8]? {
        parse(text, family: AF_INET, count: 4) ?? parse(text, family: AF_INET6, count: 16)
    }

    private static func parse(_ text: String, family: Int32, count: Int) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: count)
        return inet_pton(family, text, &bytes) == 1 ? bytes : nil
    }
}
