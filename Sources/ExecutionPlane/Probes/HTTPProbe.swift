import AsyncHTTPClient
import KubernetesAPI
import NIOCore
import NIOHTTP1
import NIOSSL

/// `httpProbe`: requests a URL and judges the status code.
struct HTTPProbe: ProbeEvaluator {
    enum Body: Sendable, Hashable {
        case text(String)
        /// Read at each attempt, as the file may change during the experiment.
        case file(String)
    }

    let name: String
    let url: String
    let verifiesCertificate: Bool
    let method: String
    let contentType: String?
    let body: Body?
    let comparator: Comparator

    init(definition: ProbeDefinition) throws(ProbeFailure) {
        let inputs = definition.inputs
        func malformed(_ reason: String) -> ProbeFailure {
            ProbeFailure(code: "HTTP_PROBE_ERROR", reason: reason, probe: definition.name)
        }
        name = definition.name
        url = inputs["url"].string ?? ""
        guard !url.isEmpty else { throw malformed("httpProbe/inputs.url is missing") }
        verifiesCertificate = !(inputs["insecureSkipVerify"].bool ?? false)
        let get = inputs["method", "get"]
        let post = inputs["method", "post"]
        guard get.object != nil || post.object != nil else {
            throw malformed("httpProbe/inputs.method needs 'get' or 'post' with criteria and responseCode")
        }
        let isPost = get.object == nil
        let chosen = isPost ? post : get
        method = isPost ? "POST" : "GET"
        contentType = chosen["contentType"].string
        if isPost {
            if let text = post["body"].string, !text.isEmpty {
                body = .text(text)
            } else if let path = post["bodyPath"].string, !path.isEmpty {
                body = .file(path)
            } else {
                throw malformed("[Probe]: Any one of body or bodyPath is required")
            }
        } else {
            body = nil
        }
        let code = chosen["responseCode"].scalarText
        guard !code.isEmpty else { throw malformed("httpProbe/inputs.method.responseCode is missing") }
        comparator = Comparator(type: .int, criteria: chosen["criteria"].string ?? "", expected: code)
    }

    func evaluate(timeout: Duration?, template: ProbeTemplate) async throws(ProbeFailure) -> ProbeEvidence {
        let target = try template.render(url, probe: name)
        let code = try await statusCode(of: target, timeout: timeout)
        do throws(Comparator.Failure) {
            try comparator.check(String(code))
        } catch {
            switch error {
            case .notMet(let reason): throw ProbeFailure(code: "HTTP_PROBE_FAILURE", reason: reason, probe: name)
            case .unusable(let reason): throw ProbeFailure(code: "HTTP_PROBE_ERROR", reason: reason, probe: name)
            }
        }
        return ProbeEvidence(
            description: "The URL \(target) did respond with correct status code. Actual code: '\(code)'. "
                + "Expected code: '\(comparator.expected)'")
    }

    private func statusCode(of target: String, timeout: Duration?) async throws(ProbeFailure) -> UInt {
        var request = HTTPClientRequest(url: target)
        request.method = .init(rawValue: method)
        if let contentType { request.headers.add(name: "Content-Type", value: contentType) }
        if let body { request.body = .bytes(ByteBuffer(bytes: try content(of: body))) }
        do {
            let exchange = HTTPExchange(timeout: timeout, verifiesCertificate: verifiesCertificate)
            return try await exchange.send(request).status.code
        } catch {
            throw failure(error, target: target)
        }
    }

    private func content(of body: Body) throws(ProbeFailure) -> [UInt8] {
        switch body {
        case .text(let text): return Array(text.utf8)
        case .file(let path):
            do { return try FileBytes.read(path) } catch {
                throw ProbeFailure(
                    code: "HTTP_PROBE_ERROR", reason: "unable to read the body from \(path): \(error)", probe: name)
            }
        }
    }

    /// What cannot be asked is an error; what was asked and did not answer is a failure of the service.
    private func failure(_ error: any Error, target: String) -> ProbeFailure {
        let clientErrors: [HTTPClientError] = [.invalidURL, .emptyHost, .emptyScheme, .missingSocketPath]
        let isUnusable =
            error is NIOSSLError || error is NIOSSLExtraError
            || (error as? HTTPClientError).map { error in
                clientErrors.contains(error) || error.description.contains("unsupportedScheme")
            } ?? false
        let what = HTTPExchange.isTimeout(error) ? "no answer within the probe's timeout" : "\(error)"
        return ProbeFailure(
            code: isUnusable ? "HTTP_PROBE_ERROR" : "HTTP_PROBE_FAILURE",
            reason: "\(method) \(target) failed: \(what)", probe: name)
    }
}
