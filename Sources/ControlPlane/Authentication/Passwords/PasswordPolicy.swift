/// What a new password must be.
public struct PasswordPolicy: Sendable, Hashable {
    /// In characters.
    public var lengths: ClosedRange<Int>
    /// A password has at least one of these.
    public var specialCharacters: String

    public init(lengths: ClosedRange<Int>, specialCharacters: String) {
        self.lengths = lengths
        self.specialCharacters = specialCharacters
    }

    /// As the web portal asks for it.
    public static let standard = PasswordPolicy(lengths: 8...16, specialCharacters: "@$!%*?_&#")

    /// Whether a digit, a lower case and an upper case letter of ASCII and a special character are in it, and the length
    /// is allowed.
    public func admits(_ password: String) -> Bool {
        lengths.contains(password.count) && !password.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x7f }
            && password.contains { ("0"..."9").contains($0) } && password.contains { ("a"..."z").contains($0) }
            && password.contains { ("A"..."Z").contains($0) } && password.contains(where: specialCharacters.contains)
    }

    /// For people.
    var demand: String {
        "a password has \(lengths.lowerBound) to \(lengths.upperBound) characters, at least one digit, one lower case "
            + "letter, one upper case letter and one of \(specialCharacters)"
    }
}
