import Foundation
import HTTPTypes

/// A user who is logged in.
package struct Person: Sendable {
    package var id: String
    package var name: String
    package var token: String
    package var projectID: String
}

/// A response, with its JSON.
package struct Answer: Sendable {
    package var status: Int
    package var headers: HTTPFields
    package var text: String

    package init(status: Int, headers: HTTPFields, text: String) {
        self.status = status
        self.headers = headers
        self.text = text
    }

    private var json: Any? { try? JSONSerialization.jsonObject(with: Data(text.utf8)) }
    package var object: [String: Any] { json as? [String: Any] ?? [:] }
    package var array: [[String: Any]] { json as? [[String: Any]] ?? [] }
    /// What is under `data`.
    package var data: [String: Any] { object["data"] as? [String: Any] ?? [:] }
    package var dataArray: [[String: Any]] { object["data"] as? [[String: Any]] ?? [] }
    package var error: String? { object["error"] as? String }
    package var message: String? { object["message"] as? String }

    /// A field that must be there.
    package func text(_ name: String) throws -> String {
        guard let text = object[name] as? String else {
            throw UnexpectedAnswer("no '\(name)' in \(status) \(self.text)")
        }
        return text
    }

    package func expect(_ status: Int) throws {
        guard self.status == status else { throw UnexpectedAnswer("\(self.status) instead of \(status): \(text)") }
    }
}

/// An answer that a test cannot go on with.
package struct UnexpectedAnswer: Error, CustomStringConvertible {
    package var description: String

    package init(_ description: String) { self.description = description }
}
