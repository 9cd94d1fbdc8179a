import ChaosAPI
import ControllerRuntime
import Injection
import KubernetesAPI
import Logging
import ServiceLifecycle

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The role `litmus inject`: carries out one order on the node of its pod, and tells the runner how it goes.
///
/// It knows the cluster only to name the containers of its targets and to say what it did; everything else, undoing
/// included, goes on when the cluster does not answer.
public enum ChaosHelper {
    /// Carries out the order in `HelperContract.orderVariable`.
    ///
    /// Cancelling the task, or a graceful shutdown, reverts at once.
    /// - Parameters:
    ///   - environment: also `POD_NAME` and `CHAOS_NAMESPACE`, the helper's own pod.
    ///   - journal: where what is injected is written down before; it outlives the helper.
    /// - Returns: the exit code: 0 when everything is injected and reverted, 1 otherwise.
    public static func run(
        environment: [String: String], client: any APIClient, journal: Journal = Journal(),
        time: TimeSource = .continuous, logger: Logger = Logger(label: "litmus.helper")
    ) async -> Int32 {
        let reporter = PodReporter(
            client: client, namespace: environment["CHAOS_NAMESPACE"] ?? "", pod: environment["POD_NAME"] ?? "",
            time: time, logger: logger)
        let order: InjectionOrder
        do {
            order = try self.order(environment[HelperContract.orderVariable])
        } catch {
            await reporter.send(InjectionReport(state: .failed, failure: error.failure, isUndone: true))
            await reporter.close()
            return 1
        }
        let pod = OwnPod(
            client: client, namespace: environment["CHAOS_NAMESPACE"] ?? "", name: environment["POD_NAME"] ?? "",
            time: time, logger: logger)
        let report = await cancelWhenGracefulShutdown {
            await pod.untilDeleted {
                await carryOut(
                    order, in: environment["CHAOS_NAMESPACE"] ?? "", client: client, journal: journal, time: time,
                    logger: logger
                ) { report in
                    await reporter.send(report)
                }
            }
        }
        await reporter.close()
        return report?.state == .reverted ? 0 : 1
    }

    /// Carries out an order whose targets are looked up in the cluster. Cancelling the task reverts at once.
    /// - Parameters:
    ///   - namespace: of the order's pod. Pods of other namespaces may have its name, so the journal has both.
    ///   - node: the only node on which targets may be, by their pods; nil accepts those of the order.
    ///   - progress: gets every report in order, the last one included.
    /// - Returns: the last report.
    public static func carryOut(
        _ order: InjectionOrder, in namespace: String, on node: String? = nil, client: any APIClient, journal: Journal,
        time: TimeSource = .continuous, logger: Logger,
        progress: @escaping @Sendable (InjectionReport) async -> Void
    ) async -> InjectionReport {
        var order = order
        order.id = ObjectKey(namespace: namespace, name: order.id).description
        return await OrderExecution(
            order, targets: PodTargetSource(client: client, node: node, time: time, logger: logger), journal: journal,
            logger: logger, progress: progress
        ).run()
    }

    /// Reads the value of `HelperContract.orderVariable`.
    /// - Throws: `InjectionError` of code `helper` that says what is wrong with it.
    public static func order(_ text: String?) throws(InjectionError) -> InjectionOrder {
        guard let text, !text.isEmpty else {
            throw InjectionError(
                code: .helper,
                reason: "no target found, provide atleast one target: \(HelperContract.orderVariable) is not set; "
                    + "helpers are started by a runner, not by hand")
        }
        do {
            return try JSONDecoder().decode(InjectionOrder.self, from: Data(text.utf8))
        } catch {
            throw InjectionError(
                code: .helper,
                reason: "\(HelperContract.orderVariable) is no order that this version understands: \(error)")
        }
    }
}
