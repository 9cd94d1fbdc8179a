import CLinux
import Glibc

/// C strings that live until the value is dropped.
final class CStrings {
    private var owned: [UnsafeMutablePointer<CChar>] = []

    deinit {
        for pointer in owned { free(pointer) }
    }

    func string(_ text: String?) -> UnsafePointer<CChar>? {
        guard let text, let copy = strdup(text) else { return nil }
        owned.append(copy)
        return UnsafePointer(copy)
    }

    /// A null-terminated array, as `execve(2)` takes it.
    func vector(_ texts: [String]) -> [UnsafeMutablePointer<CChar>?] {
        texts.map { string($0).map { UnsafeMutablePointer(mutating: $0) } } + [nil]
    }

    func list(_ texts: [String]) -> [UnsafePointer<CChar>?] {
        texts.map { string($0) }
    }

    func mounts(_ operations: [MountOperation]) -> [clinux_mount] {
        operations.map { operation in
            clinux_mount(
                source: string(operation.source), target: string(operation.target), type: string(operation.type),
                flags: operation.flags.rawValue, data: string(operation.data), create: operation.create.cValue)
        }
    }
}
