import ChaosAPI
import KubernetesAPI
import Testing

@testable import NodeAgent

@Suite struct OrderStepTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var title: String
        var phase = "Running"
        var report: String?
        var isBeingDeleted = false
        var isKept = true
        var isExecuting = false
        var node = "node-1"
        var nodeName = ""
        var step: OrderStep
        var testDescription: String { title }

        var pod: Pod {
            var pod = Pod(name: "h", namespace: "shop")
            pod.metadata.labels[HelperContract.nodeLabel] = "node-1"
            pod.metadata.annotations[HelperContract.nodeAnnotation] = node
            pod.spec = ["schedulerName": .string(HelperContract.nodeAgentScheduler), "nodeName": .string(nodeName)]
            if let report { pod.metadata.annotations[HelperContract.reportAnnotation] = "{\"state\":\"\(report)\"}" }
            if isBeingDeleted { pod.metadata.deletionTimestamp = .now }
            if isKept { pod.metadata.finalizers = [HelperContract.finalizer] }
            pod.json["status", "phase"] = .string(phase)
            return pod
        }
    }

    static let cases = [
        Case(title: "a new order is carried out", phase: "Pending", step: .take),
        Case(title: "one before the server's defaults too", phase: "", step: .take),
        Case(title: "one of another node with this label is not", phase: "Pending", node: "node-2", step: .nothing),
        Case(title: "a pod that a kubelet may start is no order", phase: "Pending", nodeName: "node-1", step: .nothing),
        Case(
            title: "one that was deleted before it began goes", phase: "Pending", isBeingDeleted: true, step: .release),
        Case(title: "one that is being carried out is left alone", isExecuting: true, step: .nothing),
        Case(title: "its deletion undoes it", isBeingDeleted: true, isExecuting: true, step: .cancel),
        Case(title: "one that a former life began is never begun again", step: .abandon),
        Case(title: "nor when it had injected", report: "injected", step: .abandon),
        Case(title: "nor when it is being deleted", report: "injected", isBeingDeleted: true, step: .abandon),
        Case(title: "one whose end was not told to its end", report: "reverted", step: .abandon),
        Case(title: "one that is over goes", phase: "Succeeded", report: "reverted", step: .release),
        Case(title: "one that is over and free needs nothing", phase: "Failed", isKept: false, step: .nothing),
        Case(title: "one that somebody else ended is undone", phase: "Failed", report: "injected", step: .abandon),
    ]

    @Test("what an order's pod shows tells what its node's agent does", arguments: cases)
    func step(_ expected: Case) {
        #expect(OrderStep(expected.pod, node: "node-1", isExecuting: expected.isExecuting) == expected.step)
    }

    @Test("a node's name is the label, or as much of it as a label holds")
    func label() {
        #expect(HelperContract.nodeLabelValue("ip-10-0-0-1.ec2.internal") == "ip-10-0-0-1.ec2.internal")
        let long = String(repeating: "a", count: 45) + "." + String(repeating: "b", count: 60)
        let value = HelperContract.nodeLabelValue(long)
        #expect(value.utf8.count <= 63 && value.hasPrefix(String(repeating: "a", count: 45) + "-"))
        #expect(HelperContract.nodeLabelValue(long + "c") != value)
    }
}
