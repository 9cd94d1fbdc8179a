import KubernetesAPI
import NIOCore

/// Bodies in Kubernetes' protobuf envelope, which the newest kubectl sends for a few commands.
enum ProtobufBody {
    /// - Throws: `Status` 415 for kinds whose fields are not known here.
    static func decode(_ body: ByteBuffer) throws -> JSON {
        throw Status.unsupportedMediaType(
            "this kind is not accepted as protobuf; write it to a file (kubectl … --dry-run=client -o yaml) and send it "
                + "with \"kubectl create -f FILE\"")
    }
}
