/// Labels by which the objects of an installation are known, whatever options it was made with.
public enum InstallLabel {
    public static let managedBy = "app.kubernetes.io/managed-by"
    public static let partOf = "app.kubernetes.io/part-of"
    /// The namespace of the installation.
    public static let instance = "app.kubernetes.io/instance"
    public static let component = "app.kubernetes.io/component"
    public static let name = "app.kubernetes.io/name"
    public static let version = "app.kubernetes.io/version"
    /// Pod Security admission of a namespace.
    public static let podSecurity = "pod-security.kubernetes.io/enforce"

    /// The value of `managedBy`, `partOf` and `name`.
    public static let litmus = "litmus"
}

/// Annotations by which an installation remembers what its objects do not tell otherwise.
public enum InstallAnnotation {
    /// On its service accounts: the scope, so that it is known when the Deployment is gone.
    public static let scope = "litmuschaos.io/install-scope"
    /// On a namespace that was there before: its Pod Security level until then, empty where it had none.
    public static let formerPodSecurity = "litmuschaos.io/former-pod-security"
}

extension Installation {
    /// On every object of the installation.
    var ownLabels: [String: String] {
        [
            InstallLabel.name: InstallLabel.litmus, InstallLabel.instance: namespace,
            InstallLabel.managedBy: InstallLabel.litmus, InstallLabel.partOf: InstallLabel.litmus,
            InstallLabel.version: version,
        ]
    }

    /// Which pods belong to a workload: what does not change between versions.
    func selector(component: String) -> [String: String] {
        [
            InstallLabel.component: component, InstallLabel.instance: namespace,
            InstallLabel.partOf: InstallLabel.litmus,
        ]
    }
}
