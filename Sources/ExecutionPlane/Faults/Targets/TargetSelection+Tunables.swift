import ChaosAPI

extension TargetSelection {
    /// The selection that the variables of a fault on pods ask for.
    /// - Parameter namespace: where pods named by `TARGET_PODS` are when no application is given.
    public init(_ read: TunableReader, namespace: String) throws(FaultError) {
        let apps: [AppTarget]
        do throws(AppTargetError) {
            apps = try AppTarget.parse(read.string("TARGETS"))
        } catch {
            throw FaultError(.targetSelection, error.description)
        }
        let names = read.list("TARGET_PODS")
        guard !apps.isEmpty || !names.isEmpty else {
            throw FaultError(.targetSelection, "provide one of the appLabel or TARGET_PODS")
        }
        self.init(
            apps: apps, podNames: names, podNamespace: apps.first?.namespace ?? namespace,
            percentage: try read.percentage("PODS_AFFECTED_PERC", default: 0), nodeLabel: read.string("NODE_LABEL"),
            containers: read.value("TARGET_CONTAINER").map { .named([$0]) } ?? .first)
    }
}
