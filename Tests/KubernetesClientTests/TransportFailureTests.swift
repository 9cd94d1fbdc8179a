import NIOHTTP2
import NIOSSL
import Testing

@testable import KubernetesClient

@Suite struct TransportFailureTests {
    @Test("a server that closes during the handshake was not reached, one that is not trusted stays so")
    func handshake() {
        let closed = NIOSSLError.handshakeFailed(.sslError([.eofDuringHandshake]))
        #expect(TransportFailure(closed).retryFailure == .notConnected)
        #expect(TransportFailure(NIOSSLError.handshakeFailed(.sslError([]))).retryFailure == .final)
        #expect(
            TransportFailure(closed).error(server: "s", request: "r", timeout: .seconds(1)) is KubernetesClientError)
    }

    @Test("a refused HTTP/2 stream was not looked at, a closed one may have been")
    func streams() {
        let refused = NIOHTTP2Errors.streamClosed(streamID: 1, errorCode: .refusedStream)
        #expect(TransportFailure(refused).retryFailure == .notConnected)
        let closed = NIOHTTP2Errors.streamClosed(streamID: 1, errorCode: .internalError)
        #expect(TransportFailure(closed).retryFailure == .broken)
    }
}
