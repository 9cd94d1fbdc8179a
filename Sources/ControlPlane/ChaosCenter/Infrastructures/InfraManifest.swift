import Foundation
import InstallManifests

extension ChaosInfrastructure {
    /// What its manifest consists of: the components that this project has, and what ties them to this server.
    /// - Throws: `CenterError.invalid` for a node selector that is none.
    func installation(
        _ settings: ChaosCenterSettings, _ address: ServerAddress, accessKey: String
    ) throws -> Installation {
        let isWide = scope != Installation.Scope.namespace.rawValue
        var installation = Installation(image: settings.image, version: settings.version)
        installation.namespace = installedNamespace
        installation.scope = isWide ? .cluster : .namespace
        // Who registers a namespace has nothing to say in the cluster.
        installation.makesNamespace = isWide && namespaceExists != true
        installation.makesDefinitions = isWide
        installation.makesClusterRoles = isWide
        installation.serviceAccount = serviceAccount ?? RegisterInfraRequest.standardName
        installation.makesServiceAccount = serviceAccountExists != true
        installation.nodeSelector = try NodeChoice.selector(nodeSelector ?? "")
        installation.tolerations = (tolerations ?? []).map(\.json)
        var registration = AgentRegistration(
            infraID: id, accessKey: accessKey, serverAddress: address.graphQL, version: settings.version,
            startTime: startTime, isConfirmed: isConfirmed)
        registration.skipsTLSVerification = skipSSL == true
        registration.authority = Data((settings.agentAuthority ?? "").utf8).base64EncodedString()
        installation.registration = registration
        return installation
    }

    /// The manifest as YAML, in the same order each time.
    /// - Parameter accessKey: that the agent is to use; the latest where nobody says.
    func manifest(
        _ settings: ChaosCenterSettings, _ address: ServerAddress, accessKey: String? = nil
    ) throws -> String {
        let installation = try installation(settings, address, accessKey: accessKey ?? latestAccessKey)
        var notes: [String] = []
        if address.isLoopback {
            notes.append(
                "SERVER_ADDR is \(address.graphQL), which only this machine can reach. For a cluster elsewhere,")
            notes.append("start the Chaos Center with --public-url https://HOST and fetch this manifest again.")
        }
        if !installation.makesDefinitions {
            notes.append("Before this, an administrator of the cluster applies the CustomResourceDefinitions once:")
            notes.append("    litmus manifests --output-dir DIR && kubectl apply -f DIR/definitions.yaml")
        }
        return try installation.manifests(notes: notes)
    }

    var installedNamespace: String { namespace ?? RegisterInfraRequest.standardName }

    /// As upstream's portal names it.
    var manifestFileName: String { "\(name)-litmus-chaos-enable.yml" }
}
