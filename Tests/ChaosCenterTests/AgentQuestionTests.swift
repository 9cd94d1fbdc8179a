import AgentProtocol
import ControlPlaneTesting
import DocumentStore
import GraphQL
import Testing

@testable import ChaosCenter

/// What users ask agents: logs, objects, namespaces.
@Suite(.timeLimit(.minutes(2))) struct AgentQuestionTests {
    /// As the web portal asks: by POST, for the first event.
    private static let podLog = """
        subscription podLog($request: PodLogRequest!) {
          getPodLog(request: $request) { experimentRunID podName podType log }
        }
        """
    private static let kubeObject = """
        subscription kubeObject($request: KubeObjectRequest!) {
          getKubeObject(request: $request) { infraID kubeObj { namespace data { labels name } } }
        }
        """
    private static let kubeNamespace = """
        subscription kubeNamespace($request: KubeNamespaceRequest!) {
          getKubeNamespace(request: $request) { infraID kubeNamespace { name } }
        }
        """

    private static func logs(_ site: AgentSite, run: String = "") -> GraphQLObject {
        [
            "request": [
                "infraID": .string(site.infrastructure.id), "experimentRunID": .string(run), "podName": "pod-1",
                "podNamespace": "litmus", "podType": "ChaosEngine", "expPod": "fault-1", "runnerPod": "runner-1",
                "chaosNamespace": "litmus",
            ]
        ]
    }

    /// With a step of which these are the pods.
    private static func run(_ site: AgentSite) -> ExperimentRun {
        var run = site.run(id: "run-1")
        run.executionData = """
            {"namespace": "litmus", "nodes": {
                "pod-1": {"name": "pod-delete-x2k", "type": "ChaosEngine", "chaosData": {
                    "namespace": "litmus", "experimentPod": "fault-1", "runnerPod": "runner-1"}},
                "pod-2": {"name": "install", "type": "Pod"}
            }}
            """
        return run
    }

    private static func namespaces(_ site: AgentSite) -> GraphQLObject {
        ["request": ["infraID": .string(site.infrastructure.id)]]
    }

    @Test(arguments: Engine.allCases, ScriptedAgent.Dialect.allCases)
    func `logs come from the agent to who asks by POST`(
        _ engine: Engine, _ dialect: ScriptedAgent.Dialect
    ) async throws {
        try await CenterServer.run(engine) { world in
            let site = try await AgentSite(world)
            try await world.center.store.runs.insert(Self.run(site))
            let agent = try await site.connect(as: dialect)
            async let reply = world.ask(Self.podLog, Self.logs(site, run: "run-1"), as: world.viewer)
            let action = try await agent.nextAction()
            #expect(action.requestType == "logs")
            #expect(action.k8sManifest.isEmpty)
            #expect(
                action.externalData == """
                    {"chaosNamespace":"litmus","expPod":"fault-1","experimentRunID":"run-1",\
                    "infraID":"\(site.infrastructure.id)","podName":"pod-1","podNamespace":"litmus",\
                    "podType":"ChaosEngine","runnerPod":"runner-1"}
                    """)
            let log = #"{"mainLogs":"it began","chaosLogs":{"fault-1":"it's done"}}"#
            #expect(try await agent.answerLogs(action, log)["podLog"] == "LOGS SENT SUCCESSFULLY")
            let answer = try await reply.succeeded()["getPodLog"]
            #expect(
                answer == [
                    "experimentRunID": "run-1", "podName": "pod-1", "podType": "ChaosEngine",
                    "log": .string(log),
                ])
            #expect(try await agent.answerLogs(action, log)["podLog"] == "LOG REQUEST CANCELLED")
            #expect(world.center.agents.answers.count == 0)
        }
    }

    @Test func `objects and namespaces come from the agent`() async throws {
        try await CenterServer.run { world in
            let site = try await AgentSite(world)
            let agent = try await site.connect(as: .upstream)
            let request: GraphQLObject = [
                "request": [
                    "infraID": .string(site.infrastructure.id), "namespace": "shop", "objectType": "kubeobject",
                    "kubeObjRequest": ["group": "apps", "version": "v1", "resource": "deployments"],
                ]
            ]
            async let objects = world.ask(Self.kubeObject, request, as: world.executor)
            let action = try await agent.nextAction()
            #expect(action.requestType == "kubeobject")
            #expect(
                action.externalData == """
                    {"infraID":"\(site.infrastructure.id)",\
                    "kubeObjRequest":{"group":"apps","resource":"deployments","version":"v1"},\
                    "namespace":"shop","objectType":"kubeobject"}
                    """)
            let list = """
                {"namespace": "litmus", "data": [
                    {"name": "cart", "uid": "1", "containers": [{"name": "x"}], "labels": ["app=cart", "tier=web"]},
                    {"name": "bare"}, {"labels": ["nameless=true"]}, null
                ]}
                """
            #expect(try await agent.answerObjects(action, list)["kubeObj"] == "KubeData sent successfully")
            #expect(
                try await objects.succeeded()["getKubeObject"] == [
                    "infraID": .string(site.infrastructure.id),
                    "kubeObj": [
                        "namespace": "litmus",
                        "data": [
                            ["labels": ["app=cart", "tier=web"], "name": "cart"], ["labels": .null, "name": "bare"],
                        ],
                    ],
                ])

            async let names = world.ask(Self.kubeNamespace, Self.namespaces(site), as: world.executor)
            let second = try await agent.nextAction()
            #expect(second.requestType == "namespace")
            #expect(second.externalData == "{\"infraID\":\"\(site.infrastructure.id)\"}")
            let text = #"[{"name": "shop"}, {"name": "litmus"}, {}]"#
            #expect(try await agent.answerNamespaces(second, text)["kubeNamespace"] == "KubeData sent successfully")
            #expect(
                try await names.succeeded()["getKubeNamespace", "kubeNamespace"] == [
                    ["name": "shop"], ["name": "litmus"],
                ])
        }
    }

    @Test func `that the agent is not connected is said at once`() async throws {
        try await CenterServer.run { world in
            let site = try await AgentSite(world)
            let logs = try await world.ask(Self.podLog, Self.logs(site), as: world.executor)
            #expect(try logs.succeeded()["getPodLog", "log"] == "INFRA ERROR : INFRA NOT CONNECTED")
            let names = try await world.ask(Self.kubeNamespace, Self.namespaces(site))
            #expect(names.errors == ["INFRA ERROR : INFRA NOT CONNECTED"])
            #expect(names.codes == ["UNAVAILABLE"])
        }
    }

    @Test func `logs are read for runs of the project only`() async throws {
        try await CenterServer.run { world in
            let site = try await AgentSite(world)
            var run = site.run(id: "foreign")
            run.projectID = world.stranger.projectID
            try await world.center.store.runs.insert(run)
            let agent = try await site.connect()
            for id in ["foreign", "nowhere"] {
                let reply = try await world.ask(Self.podLog, Self.logs(site, run: id))
                #expect(reply.errors == ["no matching experiment run"])
            }
            let long = Self.logs(site, run: String(repeating: "x", count: 254))
            #expect(
                try await world.ask(Self.podLog, long).errors == ["experimentRunID: longer than 253 bytes"])
            #expect(agent.waitingActions.isEmpty)
            #expect(world.center.agents.answers.count == 0)
        }
    }

    @Test(arguments: [
        ["podName": "vault-0"], ["podNamespace": "kube-system"], ["expPod": "vault-0"], ["runnerPod": "vault-0"],
        ["chaosNamespace": "kube-system"], ["podName": "pod-2"], ["experimentRunID": ""],
    ])
    func `a Viewer reads the logs of the steps of runs, and of no other pods`(_ other: GraphQLObject) async throws {
        try await CenterServer.run { world in
            let site = try await AgentSite(world)
            try await world.center.store.runs.insert(Self.run(site))
            let agent = try await site.connect()
            guard case .object(var request)? = Self.logs(site, run: "run-1")["request"] else { return }
            for (name, value) in other { request[name] = value }
            let reply = try await world.ask(Self.podLog, ["request": .object(request)], as: world.viewer)
            #expect(reply.codes == ["FORBIDDEN"])
            #expect(reply.errors.first?.contains("is no step of the experiment run") == true, "\(reply.errors)")
            #expect(agent.waitingActions.isEmpty)

            let variables: GraphQLObject = ["request": .object(request)]
            async let allowed = world.ask(Self.podLog, variables, as: world.executor)
            _ = try await agent.answerLogs(try await agent.nextAction(), "a log")
            #expect(try await allowed.succeeded()["getPodLog", "log"] == "a log")
        }
    }

    @Test func `a step without a fault has one pod`() async throws {
        try await CenterServer.run { world in
            let site = try await AgentSite(world)
            try await world.center.store.runs.insert(Self.run(site))
            let agent = try await site.connect()
            let request: GraphQLObject = [
                "request": [
                    "infraID": .string(site.infrastructure.id), "experimentRunID": "run-1", "podName": "pod-2",
                    "podNamespace": "litmus", "podType": "Pod",
                ]
            ]
            async let reply = world.ask(Self.podLog, request, as: world.viewer)
            _ = try await agent.answerLogs(try await agent.nextAction(), "installed")
            #expect(try await reply.succeeded()["getPodLog", "log"] == "installed")
        }
    }

    @Test func `logs are read on the infrastructure of the run only`() async throws {
        try await CenterServer.run { world in
            let site = try await AgentSite(world)
            let other = try await AgentSite(world, id: "4f6c3a7e-0000-4000-8000-000000000002")
            try await world.center.store.runs.insert(Self.run(site))
            let agent = try await other.connect()
            for person in [world.viewer, world.owner] {
                let reply = try await world.ask(Self.podLog, Self.logs(other, run: "run-1"), as: person)
                #expect(reply.errors == ["no matching experiment run"])
            }
            #expect(agent.waitingActions.isEmpty)
        }
    }

    @Test func `an answer counts only from the infrastructure that was asked, and to what was asked`() async throws {
        try await CenterServer.run { world in
            let site = try await AgentSite(world)
            let other = try await AgentSite(world, id: "4f6c3a7e-0000-4000-8000-000000000002")
            let agent = try await site.connect()
            let liar = try await other.connect()
            async let reply = world.ask(Self.podLog, Self.logs(site))
            let action = try await agent.nextAction()
            #expect(try await liar.answerLogs(action, "a lie")["podLog"] == "LOG REQUEST CANCELLED")
            #expect(try await agent.answerNamespaces(action, "[]")["kubeNamespace"] == "KubeData sent successfully")
            #expect(try await agent.answerLogs(action, "the truth")["podLog"] == "LOGS SENT SUCCESSFULLY")
            #expect(try await reply.succeeded()["getPodLog", "log"] == "the truth")
        }
    }

    @Test func `an agent that does not answer is given up after a time`() async throws {
        try await CenterServer.run { world in
            let site = try await AgentSite(world)
            let agent = try await site.connect()
            async let reply = world.ask(Self.podLog, Self.logs(site))
            let action = try await agent.nextAction()
            world.clock.advance(by: 29)
            await site.duty.step()
            #expect(world.center.agents.answers.count == 1)
            world.clock.advance(by: 1)
            await site.duty.step()
            let answer = try await reply
            #expect(answer.errors == ["the agent of the infrastructure did not answer within 30 s"])
            #expect(answer.codes == ["UNAVAILABLE"])
            #expect(try await agent.answerLogs(action, "late")["podLog"] == "LOG REQUEST CANCELLED")
        }
    }

    @Test(arguments: ["", "{", "[]", "7", #"{"data"}"#, String(repeating: "[", count: 5000)])
    func `an answer that is no list of objects fails the question and nothing else`(_ text: String) async throws {
        try await CenterServer.run { world in
            let site = try await AgentSite(world)
            let agent = try await site.connect()
            let request: GraphQLObject = [
                "request": [
                    "infraID": .string(site.infrastructure.id), "namespace": "shop", "objectType": "kubeobject",
                ]
            ]
            async let objects = world.ask(Self.kubeObject, request)
            let told = try await agent.answerObjects(try await agent.nextAction(), text)
            let reply = try await objects
            #expect(reply.errors.first?.hasPrefix("kubeObj: the agent's answer is no ") == true, "\(reply.errors)")
            #expect(told.errors == reply.errors)

            async let names = world.ask(Self.kubeNamespace, Self.namespaces(site))
            try await agent.answerNamespaces(try await agent.nextAction(), #"[{"name":"shop"}]"#)
            #expect(try await names.succeeded()["getKubeNamespace", "kubeNamespace", 0, "name"] == "shop")
        }
    }

    @Test func `of long logs the ends are shown`() async throws {
        try await CenterServer.run { world in
            let site = try await AgentSite(world)
            let agent = try await site.connect(as: .upstream)
            async let reply = world.ask(Self.podLog, Self.logs(site))
            let long = String(repeating: "line ü\n", count: 150_000)
            let log: GraphQLValue = [
                "mainLogs": .string(long + "the end"), "chaosLogs": ["fault-1": "short", "runner-1": .string(long)],
            ]
            #expect(
                try await agent.answerLogs(try await agent.nextAction(), log.jsonString)["podLog"]
                    == "LOGS SENT SUCCESSFULLY")
            let shown = try GraphQLValue(json: try await reply.succeeded()["getPodLog", "log"].text ?? "")
            #expect(shown["mainLogs"].text?.hasSuffix("line ü\nthe end") == true)
            #expect(shown["mainLogs"].text?.hasPrefix("[the first ") == true)
            #expect(shown["mainLogs"].text?.contains("\u{FFFD}") == false)
            #expect(shown["chaosLogs"]["fault-1"] == "short")
            let bytes = (shown["chaosLogs"]["runner-1"].text ?? "").utf8.count
            #expect((600_000..<700_000).contains(bytes))
            let plain = PodLogs.shortened(String(repeating: "é", count: 10), to: 5)
            #expect(plain == "[the first 16 bytes are left out]\néé")
        }
    }

    @Test func `an answer that is too long fails the question`() async throws {
        try await CenterServer.run { world in
            let site = try await AgentSite(world)
            let agent = try await site.connect()
            async let reply = world.ask(Self.podLog, Self.logs(site))
            let log = String(repeating: "x", count: AgentService.longestAnswer + 1)
            try await agent.answerLogs(try await agent.nextAction(), log)
            #expect(try await reply.errors == ["the agent's answer is longer than 5592404 bytes"])
        }
    }

    @Test func `over a WebSocket the answer is the only event, and a client that goes waits no more`() async throws {
        try await CenterServer.run { world in
            let site = try await AgentSite(world)
            let agent = try await site.connect()
            let query = """
                subscription { getKubeNamespace(request: {infraID: "\(site.infrastructure.id)"}) { infraID } }
                """
            let socket = try await UserSocket(world, as: world.owner, query)
            try await agent.answerNamespaces(try await agent.nextAction(), "[]")
            let event = try await socket.next()
            #expect(event["payload"]["data"]["getKubeNamespace"]["infraID"].text == site.infrastructure.id)
            #expect(try await socket.next()["type"] == "complete")
            await socket.close()

            let impatient = try await UserSocket(world, as: world.owner, query)
            _ = try await agent.nextAction()
            #expect(world.center.agents.answers.count == 1)
            await impatient.close()
            try await world.until("nobody waits") { world.center.agents.answers.count == 0 }
        }
    }

    @Test func `an agent is not asked more than it can have open`() async throws {
        try await CenterServer.run { world in
            let site = try await AgentSite(world)
            let agent = try await site.connect()
            let request = KubeNamespaceRequest(infraID: site.infrastructure.id)
            let open = try (0..<PendingAnswers.limit).map { _ in try world.center.agents.namespaces(request) }
            #expect(world.center.agents.answers.count == open.count)
            let error = #expect(throws: CenterError.self) { try world.center.agents.namespaces(request) }
            #expect(
                error == .unavailable("the agent of the infrastructure has too many open requests; try again"))
            #expect(world.center.agents.answers.count == PendingAnswers.limit)
            #expect(!agent.hasEnded)
        }
    }
}
