import InstallManifests
import KubernetesAPI

/// What an installation can be told by the environment and the configuration file too: what people's clusters ask of
/// every pod.
struct InstallSettings: Sendable, Hashable {
    var namespace = "litmus"
    var registry = ""
    /// Empty: the image of this version.
    var image = ""
    var imagePullPolicy = PullPolicy.clusterDefault
    var imagePullSecrets: [String] = []
    var nodeSelector: [KeyValue] = []
    var tolerations: [Toleration] = []
    var labels: [KeyValue] = []
    var annotations: [KeyValue] = []
    var runAsUser = RunAsUser.user(PodSecurity.user)

    /// The text where it can be a namespace's name (RFC 1123 label), or nil.
    static func namespace(_ text: String) -> String? {
        let isName = text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"): true
            default: false
            }
        }
        guard isName, (1...63).contains(text.utf8.count), text.first != "-", text.last != "-" else { return nil }
        return text
    }

    /// The installation with these settings and otherwise the defaults.
    var installation: Installation {
        var installation = Installation(
            image: Installation.imageReference(
                image.isEmpty ? nil : image, registry: registry, version: VersionCommand.version),
            version: VersionCommand.version)
        installation.namespace = namespace
        installation.imagePullPolicy = imagePullPolicy == .clusterDefault ? nil : imagePullPolicy.rawValue
        installation.imagePullSecrets = imagePullSecrets
        installation.nodeSelector = nodeSelector.dictionary
        installation.tolerations = tolerations.map(\.json)
        installation.labels = labels.dictionary
        installation.annotations = annotations.dictionary
        installation.user = runAsUser.id
        return installation
    }
}

/// `imagePullPolicy` of a container.
enum PullPolicy: String, Sendable, CaseIterable {
    case always = "Always"
    case ifNotPresent = "IfNotPresent"
    case never = "Never"
    /// Nothing is said.
    case clusterDefault = "Default"
}

/// Whom processes of pods run as.
enum RunAsUser: Sendable, Hashable {
    case user(Int64)
    /// Whom the cluster says.
    case assigned

    /// Parses a number from 1, or `none`.
    init?(_ text: String) {
        if text == "none" {
            self = .assigned
        } else if let id = Int64(text), (1...Int64(Int32.max)).contains(id) {
            self = .user(id)
        } else {
            return nil
        }
    }

    var id: Int64? {
        switch self {
        case .user(let id): id
        case .assigned: nil
        }
    }

    /// As one writes it.
    var text: String { id.map { "\($0)" } ?? "none" }
}
