import Foundation
import KubernetesAPI
import Testing

@Suite struct TimestampTests {
    static let forms: [(Int64, String)] = [
        (1_795_487_400_123_999, "2026-11-24T02:30:00.123Z"), (1_795_487_400_000_000, "2026-11-24T02:30:00.000Z"),
        (-1, "1969-12-31T23:59:59.999Z"),
    ]

    @Test("a moment in milliseconds leaves out what is less", arguments: forms)
    func milliseconds(microseconds: Int64, text: String) {
        #expect(Timestamp(microseconds: microseconds).milliTime == text)
    }

    @Test("a moment survives its way through JSON to the microsecond; a text that is none is refused with its form")
    func codable() throws {
        let time = Timestamp(microseconds: 1_795_487_400_123_456)
        let data = try JSONEncoder().encode([time])
        #expect(String(decoding: data, as: UTF8.self) == #"["2026-11-24T02:30:00.123456Z"]"#)
        #expect(try JSONDecoder().decode([Timestamp].self, from: data) == [time])
        let error = #expect(throws: DecodingError.self) {
            try JSONDecoder().decode([Timestamp].self, from: Data(#"["yesterday"]"#.utf8))
        }
        #expect("\(String(describing: error))".contains("'yesterday' is no time"))
    }
}
