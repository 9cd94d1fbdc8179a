/// Why no connection could be made of a kubeconfig, with the file and the field to look at.
public struct KubeconfigError: Error, Hashable, CustomStringConvertible {
    /// Empty where it is no file's fault.
    public var file: String
    /// Such as `users[name=admin].user.client-key`; empty where there is no single one.
    public var field: String
    public var message: String

    public init(file: String = "", field: String = "", message: String) {
        self.file = file
        self.field = field
        self.message = message
    }

    public var description: String {
        [file, field, message].filter { !$0.isEmpty }.joined(separator: ": ")
    }
}
