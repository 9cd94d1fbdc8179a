/// What this node must have for steps. Checking leaves nothing behind.
public enum Requirements {
    /// Each requirement once, in the order of the steps, whether it is present or not.
    public static func check(_ steps: [MachineStep]) async -> [Requirement] {
        []
    }
}
