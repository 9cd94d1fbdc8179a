import EmbeddedAPIServer
import Hummingbird
import KubernetesAPI
import NIOCore

extension ResourceCall {
    func watch() async throws -> Reply {
        let writer = try writer()
        var options = try request.query.listOptions()
        if let name = path.name {
            options.fieldSelector.requirements += FieldSelector(name: name).requirements
        }
        // Spread, so that clients which came together do not all come back together.
        let timeout = options.timeoutSeconds ?? Int.random(in: 1800...3600)
        options.timeoutSeconds = timeout
        let events = try await backend.watch(path.type, namespace: path.namespace, options: options, as: identity)
        let body = StreamBody(timeoutSeconds: timeout) { write in
            do {
                for try await event in events { try await write(try writer.event(event)) }
            } catch let status as Status {
                try await write(ObjectWriter.errorEvent(status))
            }
        }
        return Reply(contentType: writer.contentType, stream: body)
    }

    func log() async throws -> Reply {
        let options = try request.query.logOptions()
        let parts = try await backend.client(as: identity)
            .podLog(namespace: path.namespace ?? "", name: path.name ?? "", options: options)
        let body = StreamBody { write in
            do {
                for try await part in parts { try await write(ByteBuffer(bytes: part)) }
            } catch let status as Status {
                try await write(ByteBuffer(string: "\(status.message)\n"))
            }
        }
        var reply = Reply(contentType: "text/plain", stream: body)
        if options.timestamps || options.sinceSeconds != nil {
            reply.warn(["the logs of this cluster have no times: all lines are shown, without a time"])
        }
        return reply
    }
}
