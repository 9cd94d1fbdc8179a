import KubernetesAPI
import Logging

/// What is in a hub.
struct HubTree: Sendable {
    /// Of charts, and of experiments.
    static let limit = 500
    /// Bytes of the texts that charts are read from. What does not fit is left out.
    static let chartSize = 8 << 20

    let charts: [Chart]
    let totalFaults: Int
    let experimentNames: [String]
    /// Bytes of the texts that the charts were read from: what remembering them costs, roughly.
    let size: Int
    private let files: any HubFiles

    /// Reads the charts. One that cannot be read is left out, and said so in the log: the others are of use without it.
    init(_ files: any HubFiles, name: String, chartSize: Int = Self.chartSize, _ logger: Logger) {
        self.files = files
        var charts: [Chart] = []
        var totalFaults = 0
        var size = 0
        for category in files.folders(in: ["faults"]).prefix(Self.limit) where category != "icons" {
            totalFaults += files.folders(in: ["faults", category]).count { $0 != "icons" }
            do {
                guard let texts = try ChartTexts(category, files) else { continue }
                guard size + texts.size <= chartSize else {
                    throw CenterError.invalid("the charts of the hub are larger than \(chartSize) bytes")
                }
                size += texts.size
                charts.append(try texts.chart())
            } catch {
                logger.warning(
                    "a chart of a hub cannot be read",
                    metadata: ["hub": "\(name)", "chart": "\(category)", "error": "\(error)"])
            }
        }
        self.charts = charts
        self.totalFaults = totalFaults
        self.size = size
        experimentNames = Array(files.folders(in: ["experiments"]).filter { $0 != "icons" }.prefix(Self.limit))
    }

    /// The two files that describe a chart.
    private struct ChartTexts {
        var csv: String
        var package: String?

        var size: Int { csv.utf8.count + (package?.utf8.count ?? 0) }

        /// Nil where there is no chart.
        init?(_ category: String, _ files: any HubFiles) throws {
            let folder = ["faults", category]
            guard let csv = try files.text(at: folder + ["\(category).chartserviceversion.yaml"]) else { return nil }
            self.csv = csv
            package = try files.text(at: folder + ["\(category).package.yaml"])
        }

        func chart() throws -> Chart {
            guard let csv = try JSON.documents(yaml: csv, source: "chartserviceversion").first else {
                throw CenterError.invalid("no ChartServiceVersion")
            }
            let package = try package.flatMap { try JSON.documents(yaml: $0, source: "package").first }
            return try Chart(csv, package: package ?? .null)
        }
    }

    // MARK: Texts

    struct FaultTexts: Sendable {
        var fault, engine, csv: String
    }

    /// The files of a fault as they are; an empty text for one that is not there.
    /// - Throws: `CenterError.invalid` for names that are none, `.notFound` where there is no such fault.
    func fault(_ name: String, of category: String) throws -> FaultTexts {
        try HubName.check(category, as: "category")
        try HubName.check(name, as: "experimentName")
        let folder = ["faults", category, name]
        let texts = try ["fault.yaml", "engine.yaml", "\(name).chartserviceversion.yaml"]
            .map { try files.text(at: folder + [$0]) }
        guard texts.contains(where: { $0 != nil }) else {
            throw CenterError.notFound("the hub has no fault '\(name)' in the category '\(category)'")
        }
        return FaultTexts(fault: texts[0] ?? "", engine: texts[1] ?? "", csv: texts[2] ?? "")
    }

    struct Experiment: Sendable {
        var name, csv, manifest: String

        var isDescribed: Bool {
            guard let documents = try? JSON.documents(yaml: csv, source: name) else { return false }
            return documents.count == 1 && documents[0]["spec"].object != nil
        }
    }

    /// All experiments, but for those that cannot be read, as long as they take no more than 16 MiB. One without a
    /// description is left out: the web portal's page of experiments ends at the first that has none.
    func experiments() -> [Experiment] {
        var found: [Experiment] = []
        var free = 16 << 20
        for name in experimentNames {
            guard let experiment = (try? experiment(name)) ?? nil, experiment.isDescribed else { continue }
            free -= experiment.csv.utf8.count + experiment.manifest.utf8.count
            guard free >= 0 else { break }
            found.append(experiment)
        }
        return found
    }

    /// Nil for a folder without an experiment.
    /// - Throws: `CenterError.invalid`.
    func experiment(_ name: String) throws -> Experiment? {
        try HubName.check(name, as: "experimentName")
        let folder = ["experiments", name]
        guard let manifest = try files.text(at: folder + ["experiment.yaml"]) else { return nil }
        let csv = try files.text(at: folder + ["\(name).chartserviceversion.yaml"])
        return Experiment(name: name, csv: csv ?? "", manifest: manifest)
    }

    /// A PNG; nil where there is none.
    /// - Parameter chart: `predefined` stands for the experiments.
    func icon(_ name: String, of chart: String) throws -> [UInt8]? {
        guard HubName.isValid(chart), HubName.isValid(name) else { return nil }
        let folder = chart == "predefined" ? ["experiments", "icons"] : ["faults", chart, "icons"]
        guard let bytes = try files.bytes(at: folder + [name]), bytes.starts(with: Self.pngSignature) else {
            return nil
        }
        return bytes
    }

    private static let pngSignature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
}
