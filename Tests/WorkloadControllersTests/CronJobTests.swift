import KubernetesAPI
import Testing

@testable import WorkloadControllers

@Suite struct CronJobTests {
    private func next(_ text: String, after: String, zone: String? = nil) throws -> String? {
        let time = try #require(Timestamp(after))
        return try CronSchedule(text, timeZone: zone).next(after: time)?.description
    }

    @Test(
        "a schedule names its next time",
        arguments: [
            ("*/15 * * * *", "2026-01-01T00:00:00Z", "2026-01-01T00:15:00Z"),
            ("0 9-17/4 * * *", "2026-01-01T09:00:00Z", "2026-01-01T13:00:00Z"),
            ("30 6 * * MON-FRI", "2026-01-02T07:00:00Z", "2026-01-05T06:30:00Z"),
            ("0 0 29 2 *", "2026-01-01T00:00:00Z", "2028-02-29T00:00:00Z"),
            ("0 0 13 * 5", "2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z"),
            ("@weekly", "2026-01-01T00:00:00Z", "2026-01-04T00:00:00Z"),
            ("0 0 * * 7", "2026-01-01T00:00:00Z", "2026-01-04T00:00:00Z"),
        ])
    func schedules(_ text: String, _ after: String, _ expected: String) throws {
        #expect(try next(text, after: after) == expected)
    }

    @Test("a time zone counts; a day that never comes has no time")
    func zones() throws {
        #expect(try next("0 8 * * *", after: "2026-07-01T00:00:00Z", zone: "Europe/Berlin") == "2026-07-01T06:00:00Z")
        #expect(try next("0 0 31 2 *", after: "2026-01-01T00:00:00Z") == nil)
    }

    @Test(
        "a bad schedule is refused",
        arguments: ["", "* * * *", "60 * * * *", "*/0 * * * *", "5-1 * * * *", "x * * * *"])
    func refuses(_ text: String) {
        #expect(throws: Status.self) { try CronSchedule(text) }
    }

    @Test("only the last of several missed times is made up, and a running job may forbid it")
    func due() throws {
        let now = try #require(Timestamp("2026-01-01T10:07:00Z"))
        var cron = CronJob(name: "c", namespace: "ns")
        cron.metadata.creationTimestamp = Timestamp("2026-01-01T09:00:30Z")
        cron.json["spec"] = ["schedule": "*/5 * * * *", "concurrencyPolicy": "Forbid"]
        let schedule = try CronSchedule("*/5 * * * *")
        let due = try #require(Timestamp("2026-01-01T10:05:00Z"))
        let step = CronJobStep(cron, jobs: [], schedule: schedule, now: now)
        #expect(step.actions == [.create(at: due)])
        #expect(step.next == .seconds(180))
        cron.json["status", "lastScheduleTime"] = .string(due.description)
        #expect(CronJobStep(cron, jobs: [], schedule: schedule, now: now).actions == [])
        let later = now + .seconds(180)
        let running = Job(name: "j", namespace: "ns")
        guard case .tell = CronJobStep(cron, jobs: [running], schedule: schedule, now: later).actions.first else {
            Issue.record("a second job beside the running one")
            return
        }
    }
}
