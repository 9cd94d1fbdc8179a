import CLinux
import Glibc
import Synchronization

/// A child process that somebody converses with while it runs.
///
/// Nothing is read ahead: a reader that lags behind holds the process up. A process whose conversation is dropped before
/// its end is killed, with its process group.
public final class AttachedProcess: Sendable {
    /// Which of its streams the process shares with us; the others are `/dev/null`.
    public struct Streams: Sendable, Hashable {
        public var input: Bool
        public var output: Bool
        public var errorOutput: Bool
        /// One terminal for all of them, which is the session's controlling terminal; errors come with the output.
        public var terminal: Bool

        public init(input: Bool = false, output: Bool = true, errorOutput: Bool = true, terminal: Bool = false) {
            self.input = input
            self.output = output
            self.errorOutput = errorOutput
            self.terminal = terminal
        }
    }

    public enum Event: Sendable, Hashable {
        case output([UInt8])
        case errorOutput([UInt8])
        /// The last one; nil when the exit code was lost.
        case ended(ProcessExit?)
    }

    private struct State {
        var input: Descriptor?
        var outputs: [Output] = []
        var isOver = false
        /// Wakes the reader when the process has ended: then it does not wait for more, which a child that was left in
        /// the background might write.
        var hasEnded = false
        var readerWake: Readiness?
    }

    private struct Output {
        var descriptor: Descriptor
        var isError: Bool
    }

    /// Bytes read at once.
    private static let chunk = 32 * 1024

    private let process: ChildProcess
    private let terminal: Descriptor?
    private let state: Mutex<State>
    private let writing = Mutex<Readiness?>(nil)

    public var pid: Int32 { process.pid }

    /// Starts a process; what `request` says of its streams is replaced.
    /// - Throws: `HostError` with the step that failed.
    public static func start(_ request: SpawnRequest, _ streams: Streams) async throws -> AttachedProcess {
        // A process that does not read its input must not end this one.
        signal(SIGPIPE, SIG_IGN)
        var request = request
        request.startsSession = true
        var state = State()
        var terminal: Descriptor?
        if streams.terminal {
            let (own, program) = try Descriptor.terminal()
            request.standardInput = program
            request.standardOutput = program
            request.standardError = program
            request.hasControllingTerminal = true
            terminal = own
            state.input = streams.input ? try own.duplicate() : nil
            state.outputs = [Output(descriptor: own, isError: false)]
        } else {
            request.standardInput = nil
            if streams.input {
                let pipe = try Descriptor.pipe(nonBlocking: .writing)
                request.standardInput = pipe.reading
                state.input = pipe.writing
            }
            (request.standardOutput, state) = try Self.output(streams.output, isError: false, state)
            (request.standardError, state) = try Self.output(streams.errorOutput, isError: true, state)
        }
        let process = try await Spawner.shared.spawn(request)
        return AttachedProcess(process, terminal: terminal, state)
    }

    private static func output(_ isWanted: Bool, isError: Bool, _ state: State) throws -> (Descriptor?, State) {
        guard isWanted else { return (nil, state) }
        let pipe = try Descriptor.pipe(nonBlocking: .reading)
        var state = state
        state.outputs.append(Output(descriptor: pipe.reading, isError: isError))
        return (pipe.writing, state)
    }

    private init(_ process: ChildProcess, terminal: Descriptor?, _ state: State) {
        self.process = process
        self.terminal = terminal
        self.state = Mutex(state)
        // Without `self`, whose end is what kills a process nobody converses with.
        Task { [weak self] in
            _ = try? await process.wait()
            self?.processEnded()
        }
    }

    deinit {
        if !process.hasEnded { process.signalGroup(SIGKILL) }
    }

    private func processEnded() {
        let wake = state.withLock { state in
            state.hasEnded = true
            return state.readerWake
        }
        wake?.fire()
    }

    // MARK: Reading

    /// What comes next: output as it is written, at last the end; nil after it. For one task at a time.
    /// - Throws: `CancellationError`; the process goes on.
    public func next() async throws -> Event? {
        while true {
            try Task.checkCancellation()
            // Asked before reading: what was written before the end is then read.
            let (outputs, hasEnded, isOver) = state.withLock { ($0.outputs, $0.hasEnded, $0.isOver) }
            if isOver { return nil }
            if let event = read(outputs) { return event }
            let open = state.withLock { $0.outputs }
            if hasEnded || open.isEmpty {
                let exit = try await process.wait()
                state.withLock { state in
                    state.isOver = true
                    state.outputs = []
                    state.input = nil
                }
                return .ended(exit)
            }
            try await wait(open)
        }
    }

    /// What can be read now from the first output that has something; the one that had something goes to the end.
    private func read(_ outputs: [Output]) -> Event? {
        for output in outputs {
            let (bytes, isAtEnd) = output.descriptor.readAvailable(limit: Self.chunk)
            state.withLock { state in
                state.outputs.removeAll { $0.descriptor === output.descriptor }
                if !isAtEnd { state.outputs.append(output) }
            }
            if !bytes.isEmpty { return output.isError ? .errorOutput(bytes) : .output(bytes) }
        }
        return nil
    }

    private func wait(_ outputs: [Output]) async throws {
        let wake = Readiness()
        let hasEnded = state.withLock { state in
            state.readerWake = wake
            return state.hasEnded
        }
        guard !hasEnded else { return }
        try await EventLoop.required().wait(for: outputs.map(\.descriptor), interruption: wake)
    }

    // MARK: Writing

    /// Writes to the standard input; waits while the process does not read. For one task at a time.
    /// - Throws: `HostError` when there is no input, it was closed, or nobody reads it any more; `CancellationError`.
    public func write(_ bytes: [UInt8]) async throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            try Task.checkCancellation()
            guard let input = state.withLock({ $0.input }) else {
                throw HostError("write to the process", String(pid), reason: "its input is closed")
            }
            let written = rest.withUnsafeBytes { Glibc.write(input.number, $0.baseAddress, $0.count) }
            if written > 0 {
                rest = rest.dropFirst(written)
            } else if errno == EAGAIN {
                let wake = Readiness()
                writing.withLock { $0 = wake }
                // Closed meanwhile, by whom the new wake was not seen.
                guard state.withLock({ $0.input != nil }) else { continue }
                try await EventLoop.required().wait(for: [input], forWriting: true, interruption: wake)
            } else if errno != EINTR {
                throw HostError.last("write to the process", String(pid))
            }
        }
    }

    /// The process reads the end of its input. At a terminal this is the end-of-file character.
    public func closeInput() {
        let input = state.withLock { state in
            defer { state.input = nil }
            return state.input
        }
        if terminal != nil, let input {
            var endOfFile: UInt8 = 4
            _ = Glibc.write(input.number, &endOfFile, 1)
        }
        writing.withLock { $0 }?.fire()
    }

    /// Tells the terminal's size, in characters; without a terminal it does nothing.
    public func resize(columns: Int, rows: Int) {
        guard let terminal, let columns = UInt16(exactly: columns), let rows = UInt16(exactly: rows) else { return }
        _ = clinux_resize_terminal(terminal.number, columns, rows)
    }

    /// Kills the process and its group.
    public func kill() {
        if !process.hasEnded { process.signalGroup(SIGKILL) }
        writing.withLock { $0 }?.fire()
    }
}
