import Foundation
import KubernetesAPI

/// A cron expression of five fields (minute, hour, day of month, month, day of week), or `@hourly` and the like.
struct CronSchedule: Sendable {
    private let minutes: Set<Int>
    private let hours: Set<Int>
    private let days: Set<Int>
    private let months: Set<Int>
    private let weekdays: Set<Int>
    /// Where one of the two day fields is `*`, the other decides alone; else either is enough.
    private let anyDay: Bool
    private let anyWeekday: Bool
    private let timeZone: TimeZone

    private static let shortcuts = [
        "@yearly": "0 0 1 1 *", "@annually": "0 0 1 1 *", "@monthly": "0 0 1 * *", "@weekly": "0 0 * * 0",
        "@daily": "0 0 * * *", "@midnight": "0 0 * * *", "@hourly": "0 * * * *",
    ]
    private static let monthNames = [
        "JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC",
    ]
    private static let dayNames = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"]

    /// - Parameter timeZone: an IANA name; nil: UTC.
    /// - Throws: `Status` (422) that says which part is not understood.
    init(_ text: String, timeZone: String? = nil) throws {
        let fields = (Self.shortcuts[text] ?? text).split(separator: " ").map(String.init)
        guard fields.count == 5 else {
            throw Self.invalid("the schedule \"\(text)\" has \(fields.count) fields: expected 5")
        }
        minutes = try Self.parse(fields[0], 0...59)
        hours = try Self.parse(fields[1], 0...23)
        days = try Self.parse(fields[2], 1...31)
        months = try Self.parse(fields[3], 1...12, names: Self.monthNames, firstName: 1)
        // 7 is Sunday too.
        weekdays = Set(try Self.parse(fields[4], 0...7, names: Self.dayNames, firstName: 0).map { $0 % 7 })
        anyDay = fields[2].hasPrefix("*") || fields[2] == "?"
        anyWeekday = fields[4].hasPrefix("*") || fields[4] == "?"
        guard let zone = TimeZone(identifier: timeZone ?? "GMT") else {
            throw Self.invalid("unknown time zone \"\(timeZone ?? "")\": use a name such as Europe/Berlin")
        }
        self.timeZone = zone
    }

    private static func invalid(_ message: String) -> Status { Status(code: 422, reason: "Invalid", message: message) }

    private static func parse(
        _ field: String, _ range: ClosedRange<Int>, names: [String] = [], firstName: Int = 0
    ) throws -> Set<Int> {
        func number(_ text: Substring) throws -> Int {
            if let index = names.firstIndex(of: text.uppercased()) { return index + firstName }
            guard let value = Int(text), range.contains(value) else {
                throw invalid("\"\(text)\" in the schedule is not in \(range.lowerBound)-\(range.upperBound)")
            }
            return value
        }
        var values: Set<Int> = []
        for part in field.split(separator: ",", omittingEmptySubsequences: false) {
            let pieces = part.split(separator: "/", omittingEmptySubsequences: false)
            guard let base = pieces.first, pieces.count <= 2 else {
                throw invalid("\"\(part)\" is no part of a schedule")
            }
            let step = pieces.count == 2 ? Int(pieces[1]) ?? 0 : 1
            guard step > 0 else { throw invalid("\"\(part)\" in the schedule has a bad step") }
            let bounds: ClosedRange<Int>
            if base == "*" || base == "?" {
                bounds = range
            } else {
                let ends = try base.split(separator: "-", omittingEmptySubsequences: false).map(number)
                let last = ends.count == 2 ? ends[1] : pieces.count == 2 ? range.upperBound : ends.first ?? 0
                guard let first = ends.first, ends.count <= 2, first <= last else {
                    throw invalid("\"\(part)\" is no range of a schedule")
                }
                bounds = first...last
            }
            values.formUnion(stride(from: bounds.lowerBound, through: bounds.upperBound, by: step))
        }
        return values
    }

    /// The first time after `time` that the schedule names; nil when there is none within five years.
    func next(after time: Timestamp) -> Timestamp? {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = timeZone
        let minute = 60.0
        var date = Date(
            timeIntervalSince1970: ((time.date.timeIntervalSince1970 / minute).rounded(.down) + 1) * minute)
        let end = date.addingTimeInterval(5 * 366 * 86400)
        while date < end {
            let parts = calendar.dateComponents([.month, .day, .hour, .minute, .weekday], from: date)
            guard let month = parts.month, let day = parts.day, let hour = parts.hour, let minutes = parts.minute,
                let weekday = parts.weekday
            else { return nil }
            if !months.contains(month) || !isDay(day, weekday: weekday - 1) {
                let today = calendar.startOfDay(for: date)
                guard let tomorrow = calendar.date(byAdding: .day, value: 1, to: today) else { return nil }
                date = tomorrow
            } else if !hours.contains(hour) {
                date = date.addingTimeInterval(Double(60 - minutes) * minute)
            } else if !self.minutes.contains(minutes) {
                date = date.addingTimeInterval(minute)
            } else {
                return Timestamp(date)
            }
        }
        return nil
    }

    private func isDay(_ day: Int, weekday: Int) -> Bool {
        if anyDay || anyWeekday { return days.contains(day) && weekdays.contains(weekday) }
        return days.contains(day) || weekdays.contains(weekday)
    }
}
