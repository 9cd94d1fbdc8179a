/// The form of a report file, chosen by the suffix of its name.
public enum ReportFormat: Sendable, Hashable, CaseIterable {
    /// JUnit XML, for CI systems.
    case junit
    /// A page that needs nothing beside it.
    case html

    /// `xml` or `html`.
    public var suffix: String {
        switch self {
        case .junit: "xml"
        case .html: "html"
        }
    }

    /// - Throws: `ReportFormatError` for any other suffix.
    public init(path: String) throws(ReportFormatError) {
        let name = path.split(separator: "/", omittingEmptySubsequences: false).last.map(String.init) ?? ""
        let parts = name.split(separator: ".", omittingEmptySubsequences: false)
        let suffix = parts.count > 1 ? parts.last?.lowercased() : nil
        guard let format = Self.allCases.first(where: { $0.suffix == suffix }) else {
            throw ReportFormatError(path: path)
        }
        self = format
    }

    /// The whole file, as UTF-8 text.
    public func render(_ report: RunReport) -> String {
        switch self {
        case .junit: JUnitReport.render(report)
        case .html: HTMLReport.render(report)
        }
    }
}

/// A report's file name that does not say which form is wanted.
public struct ReportFormatError: Error, Sendable, Hashable, CustomStringConvertible {
    public var path: String

    public var description: String {
        "--report '\(path)': the name must end in .xml for JUnit XML or in .html for a page to read"
    }
}
