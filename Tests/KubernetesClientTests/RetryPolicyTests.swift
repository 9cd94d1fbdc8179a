import Testing

@testable import KubernetesClient

@Suite struct RetryPolicyTests {
    private let policy = RetryPolicy()

    private func delay(
        _ failure: RetryPolicy.Failure, attempt: Int = 1, idempotent: Bool = true, jitter: Double = 0
    ) -> Duration? {
        policy.delay(after: failure, attempt: attempt, isIdempotent: idempotent, jitter: jitter)
    }

    @Test("the delay doubles up to its maximum, and the attempts end")
    func backoff() {
        #expect((1...4).map { delay(.notConnected, attempt: $0) } == [100, 200, 400, 800].map { .milliseconds($0) })
        #expect(delay(.notConnected, attempt: 5) == nil)
        var patient = policy
        patient.maximumAttempts = 1000
        #expect(
            patient.delay(after: .notConnected, attempt: 900, isIdempotent: true, jitter: 0) == patient.maximumDelay)
    }

    @Test("jitter takes up to half of the delay away")
    func jitter() {
        #expect(delay(.broken, jitter: 0.5) == .milliseconds(75))
    }

    @Test("a server that is too busy says when to come again, whatever the request")
    func retryAfter() {
        #expect(delay(.answer(code: 429, retryAfter: .seconds(2)), idempotent: false) == .seconds(2))
        #expect(delay(.answer(code: 503, retryAfter: .seconds(1)), idempotent: false) == .seconds(1))
        #expect(delay(.answer(code: 429, retryAfter: nil), idempotent: false) == .milliseconds(100))
        #expect(delay(.answer(code: 429, retryAfter: .seconds(3600))) == nil)
    }

    @Test("what the server may have done already is not asked for twice")
    func idempotence() {
        for failure in [RetryPolicy.Failure.broken, .answer(code: 500, retryAfter: nil)] {
            #expect(delay(failure) != nil)
            #expect(delay(failure, idempotent: false) == nil)
        }
        #expect(delay(.notConnected, idempotent: false) != nil)
    }

    @Test("an answer that would be the same again is final", arguments: [400, 401, 403, 404, 409, 410, 422, 501])
    func final(code: Int) {
        #expect(delay(.answer(code: code, retryAfter: nil)) == nil)
        #expect(delay(.final) == nil)
    }
}
