#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

enum FileBytes {
    static func read(_ path: String) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(filePath: path)))
    }
}
