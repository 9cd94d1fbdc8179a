/// Which image names stand for what this executable does itself. Pure.
public enum LitmusImage {
    /// `litmuschaos/go-runner` of any registry and tag, and the image of this executable: runs experiments.
    public static func runsExperiments(_ image: String) -> Bool { isOurs(image, ["go-runner", "litmus"]) }

    /// `litmuschaos/chaos-runner` of any registry and tag, and the image of this executable: runs engines.
    public static func runsEngines(_ image: String) -> Bool { isOurs(image, ["chaos-runner", "litmus"]) }

    private static func isOurs(_ image: String, _ names: [String]) -> Bool {
        let path = image.prefix { $0 != "@" }.split(separator: "/").map(String.init)
        guard let last = path.last, path.contains(where: { $0.hasPrefix("litmus") }) else { return false }
        return names.contains(String(last.prefix { $0 != ":" }))
    }
}
