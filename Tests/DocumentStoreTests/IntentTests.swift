import DocumentStore
import Synchronization
import Testing

@Suite("Intents and migrations")
struct IntentTests {
    private struct Transfer: Codable, Sendable {
        var from: String
        var to: String
    }

    private struct Crash: Error {}

    /// Moves the mark from one document to another; crashes before a step when told to.
    private func handler(crashingBefore step: Int? = nil, ran: Ran) -> IntentHandler {
        IntentHandler("move") { (transfer: Transfer, database) in
            ran.count.withLock { $0 += 1 }
            guard transfer.to != "nowhere" else { throw IntentRejected("there is no nowhere") }
            let things = try database.collection(named: "things")
            if step == 0 { throw Crash() }
            try await things.update(.id(transfer.to), Update().set("mark", true), upsert: true)
            if step == 1 { throw Crash() }
            try await things.update(.id(transfer.from), Update().unset("mark"))
            if step == 2 { throw Crash() }
        }
    }

    @Test("are finished after a crash at any step", arguments: Engine.allCases)
    func recovery(_ engine: Engine) async throws {
        try await engine.withDatabase { database in
            let things = try database.collection(named: "things")
            try await things.insert(["_id": "0", "mark": true])
            for step in 0...2 {
                let ran = Ran()
                let crashing = IntentLog(database: database, handlers: [handler(crashingBefore: step, ran: ran)])
                let transfer = Transfer(from: "\(step)", to: "\(step + 1)")
                await #expect(throws: Crash.self) { try await crashing.perform("move", transfer) }
                #expect(try await crashing.pending() == 1)

                let next = IntentLog(database: database, handlers: [handler(ran: ran)])
                let outcomes = try await next.recover()
                #expect(outcomes.map(\.problem) == [nil])
                #expect(ran.count.withLock { $0 } == 2)
                #expect(try await next.pending() == 0)
                #expect(try await next.recover().isEmpty)
                let marked = try await things.find(.eq("mark", true)).map(\.id)
                #expect(marked == [.string("\(step + 1)")])
            }
        }
    }

    private final class Ran: Sendable {
        let count = Mutex(0)
    }

    @Test("that are rejected leave nothing; those that nobody knows stay")
    func rejected() async throws {
        try await Engine.memory.withDatabase { database in
            let ran = Ran()
            let log = IntentLog(database: database, handlers: [handler(ran: ran)])
            await #expect(throws: IntentRejected("there is no nowhere")) {
                try await log.perform("move", Transfer(from: "a", to: "nowhere"))
            }
            #expect(try await log.pending() == 0)
            await #expect(throws: IntentRejected.self) { try await log.perform("other", Transfer(from: "a", to: "b")) }
            let crashing = IntentLog(database: database, handlers: [handler(crashingBefore: 0, ran: ran)])
            try? await crashing.perform("move", Transfer(from: "a", to: "b"))
            let older = IntentLog(database: database, handlers: [])
            let problem = try await older.recover().first?.problem
            #expect(problem?.contains("move") == true)
            #expect(try await older.pending() == 1)
        }
    }

    @Test("migrations run once, in order, and again where one broke off", arguments: Engine.allCases)
    func migrations(_ engine: Engine) async throws {
        try await engine.withDatabase { (database) async throws -> Void in
            let logs = Migrations()
            #expect(try await Migrator([logs.step(1)]).migrate(database) == [1])
            await #expect(throws: Crash.self) {
                try await Migrator([logs.step(3), logs.step(1), logs.step(2, breaks: true)]).migrate(database)
            }
            logs.isBroken.withLock { $0 = false }
            let all = Migrator([logs.step(1), logs.step(2, breaks: true), logs.step(3)])
            #expect(try await all.migrate(database) == [2, 3])
            #expect(try await all.migrate(database) == [])
            #expect(logs.log.withLock { $0 } == [1, 2, 2, 3])
            await #expect(throws: DocumentStoreError.newerSchema(found: 3, known: 1)) {
                try await Migrator([logs.step(1)]).migrate(database)
            }
        }
    }

    private final class Migrations: Sendable {
        let log = Mutex<[Int]>([])
        let isBroken = Mutex(true)

        func step(_ version: Int, breaks: Bool = false) -> Migration {
            Migration(version, "step \(version)") { _ in
                self.log.withLock { $0.append(version) }
                if breaks, self.isBroken.withLock({ $0 }) { throw Crash() }
            }
        }
    }
}
