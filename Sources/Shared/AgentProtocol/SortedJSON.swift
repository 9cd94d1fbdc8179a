import Foundation
import KubernetesAPI

/// The JSON of what the two sides put into texts: compact, keys in the order of their bytes, so that equal values are
/// equal texts.
enum SortedJSON {
    static func text(of value: some Encodable) throws -> String {
        let json = try JSON(parsing: JSONEncoder().encode(value))
        return String(decoding: json.encoded(), as: UTF8.self)
    }
}
