import KubernetesAPI

/// A category of faults, as `NAME.chartserviceversion.yaml` and `NAME.package.yaml` describe it.
///
/// These files are written by many hands: what is missing is empty.
struct Chart: Codable, Sendable, Hashable {
    struct Annotations: Codable, Sendable, Hashable {
        enum CodingKeys: String, CodingKey, CaseIterable {
            case categories, vendor, createdAt, repository, support, chartDescription
        }
        var categories, vendor, createdAt, repository, support, chartDescription: String
    }

    struct Metadata: Codable, Sendable, Hashable {
        enum CodingKeys: String, CodingKey, CaseIterable { case name, version, annotations }
        var name, version: String
        var annotations: Annotations
    }

    struct Fault: Codable, Sendable, Hashable {
        enum CodingKeys: String, CodingKey, CaseIterable { case name, displayName, description, plan }
        var name, displayName, description: String
        var plan: [String]
    }

    struct Maintainer: Codable, Sendable, Hashable {
        enum CodingKeys: String, CodingKey, CaseIterable { case name, email }
        var name, email: String
    }

    struct Link: Codable, Sendable, Hashable {
        enum CodingKeys: String, CodingKey, CaseIterable { case name, url }
        var name, url: String
    }

    struct Provider: Codable, Sendable, Hashable {
        enum CodingKeys: String, CodingKey, CaseIterable { case name }
        var name: String
    }

    struct Spec: Codable, Sendable, Hashable {
        enum CodingKeys: String, CodingKey, CaseIterable {
            case displayName, categoryDescription, keywords, maturity, maintainers, minKubeVersion, provider, links
            case faults, experiments, chaosExpCRDLink, platforms, chaosType
        }
        var displayName, categoryDescription: String
        var keywords: [String]
        var maturity: String
        var maintainers: [Maintainer]
        var minKubeVersion: String
        var provider: Provider
        var links: [Link]
        var faults: [Fault]
        var experiments: [String]
        var chaosExpCRDLink: String
        var platforms: [String]
        var chaosType: String
    }

    struct PackagedFault: Codable, Sendable, Hashable {
        enum CodingKeys: String, CodingKey, CaseIterable {
            case name
            case csv = "CSV"
            case desc
        }
        var name, csv, desc: String
    }

    struct Package: Codable, Sendable, Hashable {
        enum CodingKeys: String, CodingKey, CaseIterable { case packageName, experiments }
        var packageName: String
        var experiments: [PackagedFault]
    }

    enum CodingKeys: String, CodingKey, CaseIterable { case apiVersion, kind, metadata, spec, packageInfo }

    var apiVersion, kind: String
    var metadata: Metadata
    var spec: Spec
    var packageInfo: Package
}

extension Chart {
    /// - Throws: `CenterError.invalid` when it is no description of a chart.
    init(_ csv: JSON, package: JSON) throws(CenterError) {
        guard csv["kind"].string == "ChartServiceVersion", csv["spec"].object != nil else {
            throw .invalid("no ChartServiceVersion")
        }
        self.init(
            apiVersion: csv["apiVersion"].text, kind: csv["kind"].text, metadata: Metadata(csv["metadata"]),
            spec: Spec(csv["spec"]), packageInfo: Package(package))
    }
}

extension Chart.Metadata {
    fileprivate init(_ json: JSON) {
        let notes = json["annotations"]
        self.init(
            name: json["name"].text, version: json["version"].text,
            annotations: Chart.Annotations(
                categories: notes["categories"].text, vendor: notes["vendor"].text, createdAt: notes["createdAt"].text,
                repository: notes["repository"].text, support: notes["support"].text,
                chartDescription: notes["chartDescription"].text))
    }
}

extension Chart.Spec {
    fileprivate init(_ json: JSON) {
        self.init(
            displayName: json["displayName"].text, categoryDescription: json["categoryDescription"].text,
            keywords: json["keywords"].texts, maturity: json["maturity"].text,
            maintainers: json["maintainers"].map { .init(name: $0["name"].text, email: $0["email"].text) },
            minKubeVersion: json["minKubeVersion"].given ?? json["minKubernetesVersion"].text,
            provider: .init(name: json["provider", "name"].text),
            links: json["links"].map { .init(name: $0["name"].text, url: $0["url"].text) },
            faults: json["faults"].map {
                .init(
                    name: $0["name"].text, displayName: $0["displayName"].text, description: $0["description"].text,
                    plan: $0["plan"].texts)
            },
            experiments: json["experiments"].texts,
            chaosExpCRDLink: json["chaosexpcrdlink"].given ?? json["chaosExpCRDLink"].text,
            platforms: json["platforms"].texts, chaosType: json["chaosType"].text)
    }
}

extension Chart.Package {
    /// Old hubs list `experiments`, new ones `faults`.
    fileprivate init(_ json: JSON) {
        let members = json["experiments"].array == nil ? json["faults"] : json["experiments"]
        self.init(
            packageName: json["packageName"].text,
            experiments: members.map { .init(name: $0["name"].text, csv: $0["CSV"].text, desc: $0["desc"].text) })
    }
}

extension JSON {
    /// Text; numbers and the like as they are written, as unquoted versions are.
    fileprivate var text: String {
        switch self {
        case .string(let text): text
        case .int, .double, .bool: description
        default: ""
        }
    }

    fileprivate var given: String? { isNull ? nil : text }

    fileprivate var texts: [String] { map(\.text) }

    fileprivate func map<Value>(_ body: (JSON) -> Value) -> [Value] { (array ?? []).map(body) }
}
