import ChaosAPI
import KubernetesAPI

/// What there is to tell of a whole run, free of any output format.
public struct RunReport: Sendable, Hashable, Codable {
    public var litmusVersion: String
    /// Of the cluster that the run was on; empty where unknown.
    public var kubernetesVersion: String
    /// By the clock of the machine that ran it.
    public var started: Timestamp
    public var ended: Timestamp
    /// The files that `litmus run` was given.
    public var files: [String]
    /// Further arguments that repeat the run, without `--seed` and `--report`.
    public var options: [String]
    /// What ended the run before its verdicts; empty mostly.
    public var failure: String
    public var engines: [EngineReport]

    /// The worst verdict of the experiments; a run that failed, that ran nothing, or an engine without any, is an error.
    public var verdict: Verdict {
        let verdicts = engines.map(\.verdict) + (failure.isEmpty ? [] : [.error])
        return verdicts.max { $0.severity < $1.severity } ?? .error
    }

    public var duration: Duration { max(ended - started, .zero) }

    /// Every seed that an experiment used, once, in order.
    public var seeds: [UInt64] {
        var seen: Set<UInt64> = []
        return engines.flatMap(\.experiments).compactMap(\.seed).filter { seen.insert($0).inserted }
    }

    /// The shell command that makes the choices of `seed` again.
    public func command(seed: UInt64?) -> String {
        let arguments = ["litmus", "run"] + files + options + (seed.map { ["--seed", String($0)] } ?? [])
        return arguments.map(ShellWord.quoted).joined(separator: " ")
    }
}

/// What there is to tell of one ChaosEngine.
public struct EngineReport: Sendable, Hashable, Codable {
    public var namespace: String
    public var name: String
    /// `status.engineStatus`; empty for an engine that no operator took up.
    public var status: String
    /// One word, such as `RunnerFailed`; empty mostly.
    public var reason: String
    /// The same for people.
    public var message: String
    /// The application under test, for people: `deployment with app=web in shop`.
    public var application: [String]
    public var experiments: [ExperimentReport]
    /// What happened to the engine as a whole, in order of time.
    public var timeline: [TimelineEntry]

    /// `namespace/name`.
    public var title: String { namespace.isEmpty ? name : "\(namespace)/\(name)" }

    /// The worst verdict of the experiments; an experiment without a verdict, or no experiment at all, is an error.
    public var verdict: Verdict {
        experiments.map { $0.verdict ?? .error }.max { $0.severity < $1.severity } ?? .error
    }
}

/// A word of a shell command.
enum ShellWord {
    /// The text as one word for a POSIX shell, quoted only where it has to be.
    static func quoted(_ text: String) -> String {
        let isPlain: (Unicode.Scalar) -> Bool = {
            switch $0 {
            case "a"..."z", "A"..."Z", "0"..."9", "-", "_", ".", "/", ":", "=", ",", "@", "+", "%": true
            default: false
            }
        }
        guard text.isEmpty || !text.unicodeScalars.allSatisfy(isPlain) else { return text }
        return "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
    }
}
