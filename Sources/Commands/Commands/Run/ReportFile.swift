import Reports

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The file of `--report`: its form and place are checked before a run begins, so that no run is for nothing.
struct ReportFile: Sendable, Hashable {
    let path: String
    private let format: ReportFormat

    /// - Throws: `CommandError` for a suffix without a form, or a place that cannot be written to.
    init(path: String) throws {
        do throws(ReportFormatError) {
            format = try ReportFormat(path: path)
        } catch {
            throw CommandError(error.description)
        }
        self.path = path
        let directory = URL(filePath: path).deletingLastPathComponent().path
        guard FileManager.default.isWritableFile(atPath: directory) else {
            throw CommandError("--report '\(path)': the directory \(directory) is not there, or cannot be written to")
        }
    }

    /// - Throws: `CommandError` when the file cannot be written.
    func write(_ record: RunRecord) throws {
        do {
            try Data(format.render(RunReport(record)).utf8).write(to: URL(filePath: path), options: .atomic)
        } catch {
            throw CommandError("--report '\(path)': the report could not be written: \(error)")
        }
    }
}
