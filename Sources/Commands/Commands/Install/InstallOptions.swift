import ArgumentParser
import InstallManifests

/// What `litmus install` and `litmus manifests` have in common: the shape of an installation.
struct InstallOptions: ParsableArguments {
    @Option(help: Setting.namespace.help("Where the platform's own pods run."))
    var namespace: String?

    @Option(help: "Which engines are heeded: those of the whole 'cluster', or of the 'namespace' of the installation.")
    var scope: Installation.Scope = .cluster

    @Flag(help: "A Deployment for each component instead of one for all.")
    var split = false

    @Option(help: "Replicas of each Deployment; one of them works, another takes over within seconds when it ends.")
    var replicas = 1

    @Flag(help: "Inject and revert by a DaemonSet, without a pod to start for each fault.")
    var nodeAgent = false

    @Option(help: Setting.image.help("The image of every pod that the platform makes."))
    var image: String?

    @Option(help: Setting.registry.help("Goes before the image's name."))
    var registry: String?

    @Option(help: Setting.imagePullPolicy.help("When nodes pull the image: Always, IfNotPresent or Never."))
    var imagePullPolicy: PullPolicy?

    @Option(
        name: .customLong("image-pull-secret"),
        help: Setting.imagePullSecrets.help(
            "A Secret with the registry's credentials; it must be in the namespaces of engines too. Repeatable.",
            valueName: "name"))
    var imagePullSecrets: [String] = []

    @Option(
        help: Setting.nodeSelector.help(
            "A label of nodes for pods that do not inject. Repeatable.", valueName: "key=value"),
        transform: { try Self.parse($0, .nodeSelector, KeyValue.init) })
    var nodeSelector: [KeyValue] = []

    @Option(
        name: .customLong("toleration"),
        help: Setting.tolerations.help(
            "A taint that every pod tolerates: key=value:effect, key:effect, key, or '*'. Repeatable.",
            valueName: "taint"),
        transform: { try Self.parse($0, .tolerations, Toleration.init) })
    var tolerations: [Toleration] = []

    @Option(
        name: .customLong("label"),
        help: Setting.labels.help("A label of every object and pod. Repeatable.", valueName: "key=value"),
        transform: { try Self.parse($0, .labels, KeyValue.init) })
    var labels: [KeyValue] = []

    @Option(
        name: .customLong("annotation"),
        help: Setting.annotations.help("An annotation of every object and pod. Repeatable.", valueName: "key=value"),
        transform: { try Self.parse($0, .annotations, KeyValue.init) })
    var annotations: [KeyValue] = []

    @Option(
        help: Setting.runAsUser.help(
            "The user of pods that do not inject; 'none' leaves it to the cluster, as OpenShift wants.",
            valueName: "uid|none"),
        transform: { try Self.parse($0, .runAsUser, RunAsUser.init) })
    var runAsUser: RunAsUser?

    @Flag(inversion: .prefixedNo, help: "Make the namespace.")
    var createNamespace = true

    @Flag(inversion: .prefixedNo, help: "Install the CustomResourceDefinitions.")
    var definitions = true

    @Option(help: ArgumentHelp("The configuration file, as for 'litmus up'.", valueName: "file"))
    var config: String?

    func validate() throws {
        guard (1...100).contains(replicas) else {
            throw ValidationError("--replicas: expected a number from 1 to 100, not \(replicas)")
        }
        if let namespace, InstallSettings.namespace(namespace) == nil {
            throw ValidationError("--namespace: expected \(Setting.namespace.expected), not '\(namespace)'")
        }
    }

    private static func parse<Value>(
        _ text: String, _ setting: Setting, _ parse: (String) -> Value?
    ) throws -> Value {
        guard let value = parse(text) else {
            throw ValidationError("expected one of \(setting.expected), not '\(text)'")
        }
        return value
    }
}

extension InstallOptions {
    /// The installation that the command line, the environment and the configuration file ask for.
    /// - Throws: `CommandError` that says where which setting is wrong.
    func installation(environment: [String: String]) throws -> Installation {
        let file = try ConfigurationFile.find(
            named: config, defaults: ConfigurationFile.defaultPaths(environment: environment))
        var settings = try CommandSettings(
            [.environment(environment)] + (file.map { [$0.source] } ?? [])
        ).installation
        if let namespace { settings.namespace = namespace }
        if let image { settings.image = image }
        if let registry { settings.registry = registry }
        if let imagePullPolicy { settings.imagePullPolicy = imagePullPolicy }
        if !imagePullSecrets.isEmpty { settings.imagePullSecrets = imagePullSecrets }
        if !nodeSelector.isEmpty { settings.nodeSelector = nodeSelector }
        if !tolerations.isEmpty { settings.tolerations = tolerations }
        if !labels.isEmpty { settings.labels = labels }
        if !annotations.isEmpty { settings.annotations = annotations }
        if let runAsUser { settings.runAsUser = runAsUser }
        var installation = settings.installation
        installation.scope = scope
        installation.isSplit = split
        installation.replicas = replicas
        installation.hasNodeAgent = nodeAgent
        installation.makesNamespace = createNamespace
        installation.makesDefinitions = definitions
        return installation
    }
}

extension Installation.Scope: ExpressibleByArgument {}
extension PullPolicy: ExpressibleByArgument {}
