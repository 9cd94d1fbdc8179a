import Foundation
import FoundationXML
import Testing

/// A document as an XML parser reads it.
struct ParsedXML {
    struct Element {
        var name: String
        var attributes: [String: String]
        /// With that of the elements inside.
        var text: String
        /// The names of the elements around it, the outermost first.
        var path: [String]
    }

    /// In the order in which they end.
    var elements: [Element] = []

    /// Records a failed expectation when the text is no XML.
    init(_ text: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
        let parser = XMLParser(data: Data(text.utf8))
        let collector = Collector()
        parser.delegate = collector
        let isRead = parser.parse()
        try #require(
            isRead,
            "line \(parser.lineNumber), column \(parser.columnNumber): \(String(describing: parser.parserError))",
            sourceLocation: sourceLocation)
        elements = collector.elements
    }

    func all(_ name: String) -> [Element] { elements.filter { $0.name == name } }

    /// Values of `property` elements by name.
    var properties: [String: String] {
        Dictionary(
            all("property").map { ($0.attributes["name"] ?? "", $0.attributes["value"] ?? "") },
            uniquingKeysWith: { $1 })
    }

    private final class Collector: NSObject, XMLParserDelegate {
        var elements: [Element] = []
        private var open: [Element] = []

        func parser(
            _: XMLParser, didStartElement name: String, namespaceURI _: String?, qualifiedName _: String?,
            attributes: [String: String]
        ) {
            open.append(Element(name: name, attributes: attributes, text: "", path: open.map(\.name)))
        }

        func parser(_: XMLParser, foundCharacters text: String) {
            for index in open.indices { open[index].text += text }
        }

        func parser(
            _: XMLParser, didEndElement _: String, namespaceURI _: String?, qualifiedName _: String?
        ) {
            if let element = open.popLast() { elements.append(element) }
        }
    }
}
