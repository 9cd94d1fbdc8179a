import KubernetesAPI
import ResourceSchema
import Testing

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The bodies are those of kubectl 1.37, in base 64.
@Suite("Protobuf request bodies")
struct ProtobufDecoderTests {
    private static let captured: [(String, String)] = [
        (
            "azhzAAoPCgJ2MRIJTmFtZXNwYWNlEhwKFAoEZGVtbxIAGgAiACoAMgA4AEIAEgAaAgoAGgAiAA==",
            "{apiVersion: v1, kind: Namespace, metadata: {name: demo}, spec: {}, status: {}}"
        ),
        (
            "azhzAAoPCgJ2MRIJQ29uZmlnTWFwEicKEwoDd2ViEgAaACIAKgAyADgAQgASBgoBYRIBMRIICgFiEgN0d28aACIA",
            "{apiVersion: v1, kind: ConfigMap, metadata: {name: web}, data: {a: '1', b: two}}"
        ),
        (
            "azhzAAoPCgJ2MRIJQ29uZmlnTWFwEiQKEwoDYmluEgAaACIAKgAyADgAQgAaDQoHYmluLmRhdBIC//4aACIA",
            "{apiVersion: v1, kind: ConfigMap, metadata: {name: bin}, binaryData: {bin.dat: '//4='}}"
        ),
        (
            "azhzAAoMCgJ2MRIGU2VjcmV0EjkKEgoCcHcSABoAIgAqADIAOABCABISCghwYXNzd29yZBIGZ2VoZWltEg0KBHVzZXISBWFkbWluGgAaACIA",
            "{apiVersion: v1, kind: Secret, metadata: {name: pw}, data: {password: Z2VoZWlt, user: YWRtaW4=}}"
        ),
        (
            "azhzAAoUCgJ2MRIOU2VydmljZUFjY291bnQSFwoVCgVjaGFvcxIAGgAiACoAMgA4AEIAGgAiAA==",
            "{apiVersion: v1, kind: ServiceAccount, metadata: {name: chaos}}"
        ),
        (
            "azhzAAorChxyYmFjLmF1dGhvcml6YXRpb24uazhzLmlvL3YxEgtSb2xlQmluZGluZxKNAQoSCgJyYhIAGgAiACoAMgA4AEIAEigKBFVzZXISGXJiYWMuYXV0aG9yaXphdGlvbi5rOHMuaW8aA2FubiIAEiIKDlNlcnZpY2VBY2NvdW50EgAaBWNoYW9zIgdkZWZhdWx0GikKGXJiYWMuYXV0aG9yaXphdGlvbi5rOHMuaW8SBFJvbGUaBnJlYWRlchoAIgA=",
            "{apiVersion: rbac.authorization.k8s.io/v1, kind: RoleBinding, metadata: {name: rb}, subjects: [{kind: User, apiGroup: rbac.authorization.k8s.io, name: ann}, {kind: ServiceAccount, name: chaos, namespace: default}], roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: reader}}"
        ),
        (
            "azhzAAorChxyYmFjLmF1dGhvcml6YXRpb24uazhzLmlvL3YxEgtDbHVzdGVyUm9sZRIlChIKAmNyEgAaACIAKgAyADgAQgASDwoDZ2V0KggvaGVhbHRoehoAIgA=",
            "{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, metadata: {name: cr}, rules: [{verbs: [get], nonResourceURLs: [/healthz]}]}"
        ),
        (
            "azhzAAoyChdhdXRob3JpemF0aW9uLms4cy5pby92MRIXU2VsZlN1YmplY3RBY2Nlc3NSZXZpZXcSPwoQCgASABoAIgAqADIAOABCABIhCh8KBGRlbW8SBmNyZWF0ZRoAIgAqBHBvZHMyADoDbG9nGggIABIAGgAgABoAIgA=",
            "{apiVersion: authorization.k8s.io/v1, kind: SelfSubjectAccessReview, metadata: {}, spec: {resourceAttributes: {namespace: demo, verb: create, resource: pods, name: log}}, status: {}}"
        ),
        (
            "azhzAAoxChdhdXRob3JpemF0aW9uLms4cy5pby92MRIWU2VsZlN1YmplY3RSdWxlc1JldmlldxIjChAKABIAGgAiACoAMgA4AEIAEgkKB2RlZmF1bHQaBBgAIgAaACIA",
            "{apiVersion: authorization.k8s.io/v1, kind: SelfSubjectRulesReview, metadata: {}, spec: {namespace: default}, status: {}}"
        ),
        (
            "azhzAAotChhhdXRoZW50aWNhdGlvbi5rOHMuaW8vdjESEVNlbGZTdWJqZWN0UmV2aWV3EhoKEAoAEgAaACIAKgAyADgAQgASBgoECgASABoAIgA=",
            "{apiVersion: authentication.k8s.io/v1, kind: SelfSubjectReview, metadata: {}, status: {userInfo: {}}}"
        ),
        (
            "azhzAAooChhhdXRoZW50aWNhdGlvbi5rOHMuaW8vdjESDFRva2VuUmVxdWVzdBIyChAKABIAGgAiACoAMgA4AEIAEhgKA2FwaRoOCgNQb2QSAnYxGgFwIgAg2AQaBAoAEgAaACIA",
            "{apiVersion: authentication.k8s.io/v1, kind: TokenRequest, metadata: {}, spec: {audiences: [api], boundObjectRef: {kind: Pod, apiVersion: v1, name: p}, expirationSeconds: 600}, status: {}}"
        ),
        (
            "azhzAAoVCgdhcHBzL3YxEgpEZXBsb3ltZW50EscBCh8KA3dlYhIAGgAiACoAMgA4AEIAWgoKA2FwcBIDd2ViEpUBCAISDAoKCgNhcHASA3dlYhp7ChwKABIAGgAiACoAMgA4AEIAWgoKA2FwcBIDd2ViElsSPQoFbmdpbngSCm5naW54OjEuMjUaBXNsZWVwGgE1KgAyCgoAEAAYUCIAKgBCAGoAcgCAAQCIAQCQAQCiAQAaADIAQgBKAFIAWABgAGgAggEAigEAmgEAwgEAIgIKACgAOAAaDAgAEAAYACAAKAA4ABoAIgA=",
            "{apiVersion: apps/v1, kind: Deployment, metadata: {name: web, labels: {app: web}}, spec: {replicas: 2, selector: {matchLabels: {app: web}}, template: {metadata: {labels: {app: web}}, spec: {containers: [{name: nginx, image: 'nginx:1.25', command: [sleep, '5'], ports: [{containerPort: 80}], resources: {}}]}}, strategy: {}}}"
        ),
        (
            "azhzAAoPCghiYXRjaC92MRIDSm9iEoIBChEKAWoSABoAIgAqADIAOABCABJjMmEKEAoAEgAaACIAKgAyADgAQgASTRIqCgFqEgdidXN5Ym94GgRlY2hvGgJoaSoAQgBqAHIAgAEAiAEAkAEAogEAGgVOZXZlcjIAQgBKAFIAWABgAGgAggEAigEAmgEAwgEAGgggACgAMAA6ABoAIgA=",
            "{apiVersion: batch/v1, kind: Job, metadata: {name: j}, spec: {template: {metadata: {}, spec: {restartPolicy: Never, containers: [{name: j, image: busybox, command: [echo, hi], resources: {}}]}}}}"
        ),
        (
            "azhzAAoNCgJ2MRIHU2VydmljZRJjChsKAXMSABoAIgAqADIAOABCAFoICgNhcHASAXMSQAobCgc4MC04MDgwEgNUQ1AYUCIHCAAQkD8aACgAEggKA2FwcBIBcxoAIglDbHVzdGVySVA6AEIAUgBaAGAAaAAaAgoAGgAiAA==",
            "{apiVersion: v1, kind: Service, metadata: {name: s, labels: {app: s}}, spec: {ports: [{name: 80-8080, protocol: TCP, port: 80, targetPort: 8080}], selector: {app: s}, type: ClusterIP}, status: {loadBalancer: {}}}"
        ),
        (
            "azhzAAolChRzY2hlZHVsaW5nLms4cy5pby92MRINUHJpb3JpdHlDbGFzcxIvChEKAXASABoAIgAqADIAOABCABAFGAAiACoUUHJlZW1wdExvd2VyUHJpb3JpdHkaACIA",
            "{apiVersion: scheduling.k8s.io/v1, kind: PriorityClass, metadata: {name: p}, value: 5, preemptionPolicy: PreemptLowerPriority}"
        ),
        (
            "azhzAAogCglwb2xpY3kvdjESE1BvZERpc3J1cHRpb25CdWRnZXQSMwoRCgFwEgAaACIAKgAyADgAQgASEgoGCAAQARoAEggKBgoBYRIBYhoKCAAYACAAKAAwABoAIgA=",
            "{apiVersion: policy/v1, kind: PodDisruptionBudget, metadata: {name: p}, spec: {minAvailable: 1, selector: {matchLabels: {a: b}}}}"
        ),
        (
            "azhzAAofChRuZXR3b3JraW5nLms4cy5pby92MRIHSW5ncmVzcxI+ChEKAWkSABoAIgAqADIAOABCABIlGiMKAWESHgocChoKAi9iEg0iCwoDc3ZjEgQKABBQGgVFeGFjdBoCCgAaACIA",
            "{apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {name: i}, spec: {rules: [{host: a, http: {paths: [{path: /b, backend: {service: {name: svc, port: {number: 80}}}, pathType: Exact}]}}]}}"
        ),
        (
            "azhzAAoTCghiYXRjaC92MRIHQ3JvbkpvYhKSAQoRCgFpEgAaACIAKgAyADgAQgASewoJKiAqICogKiAqGgAqbAoRCgFpEgAaACIAKgAyADgAQgASVzJVChAKABIAGgAiACoAMgA4AEIAEkESGgoBaRIBYSoAQgBqAHIAgAEAiAEAkAEAogEAGglPbkZhaWx1cmUyAEIASgBSAFgAYABoAIIBAIoBAJoBAMIBABoAGgAiAA==",
            "{apiVersion: batch/v1, kind: CronJob, metadata: {name: i}, spec: {schedule: '* * * * *', jobTemplate: {metadata: {name: i}, spec: {template: {metadata: {}, spec: {restartPolicy: OnFailure, containers: [{name: i, image: a, resources: {}}]}}}}}}"
        ),
    ]

    @Test("what kubectl sends is read as its JSON form", arguments: captured)
    func bodies(body: String, expected: String) throws {
        let bytes = try #require(Data(base64Encoded: body))
        #expect(try ProtobufDecoder.decode(Array(bytes)) == yaml(expected))
    }

    @Test("an unknown kind is refused with the way out")
    func unknownKind() throws {
        let type: [UInt8] = [0x0A, 2, 0x76, 0x31, 0x12, 3] + Array("Pod".utf8)
        let body: [UInt8] = [0x6B, 0x38, 0x73, 0, 0x0A, UInt8(type.count)] + type
        let error = try #require(throws: Status.self) { try ProtobufDecoder.decode(body) }
        #expect(error.code == 415)
        #expect(error.message.contains("create -f"))
    }

    @Test("broken bytes are refused, whatever they are")
    func broken() throws {
        let sound = Array(try #require(Data(base64Encoded: Self.captured[5].0)))
        #expect(throws: Status.self) { try ProtobufDecoder.decode([]) }
        #expect(throws: Status.self) { try ProtobufDecoder.decode(Array("{}".utf8)) }
        var generator = SystemRandomNumberGenerator()
        for length in 4..<sound.count { _ = try? ProtobufDecoder.decode(Array(sound.prefix(length))) }
        for _ in 0..<500 {
            var bytes = sound
            bytes[Int.random(in: 4..<bytes.count, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
            _ = try? ProtobufDecoder.decode(bytes)
        }
    }
}
