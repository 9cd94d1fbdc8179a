import ChaosAPI
import ControllerRuntime
import InstallManifests
import KubernetesAPI

/// Helpers' pods stay until what they injected is known to be undone, and nobody but an operator or a node agent lets them
/// go: without this, they and their namespaces would be held for ever.
extension Uninstaller {
    /// What still has to be undone, or undoes it.
    private struct Open {
        var helpers: [Pod]
        var reverts: [Pod]

        var isEmpty: Bool { helpers.isEmpty && reverts.isEmpty }
    }

    /// Waits until no helper and no revert pod is left.
    /// - Parameters:
    ///   - scope: the namespace of the engines; nil for all.
    ///   - hasOperator: without one, helpers that have nothing to undo are let go here.
    /// - Throws: `CommandError` that names what is left after `timeout`, unless the uninstallation is forced.
    func waitForHelpers(in scope: String?, hasOperator: Bool) async throws {
        let start = time.now()
        var pause = Duration.milliseconds(50)
        var hasTold = false
        while true {
            let open = try await open(in: scope, hasOperator: hasOperator)
            guard !open.isEmpty else { return }
            if !hasTold {
                hasTold = true
                tell("waiting for \(open.helpers.count) helper pods and \(open.reverts.count) revert pods to undo")
            }
            guard time.now() - start < timeout else { return try await giveUp(open) }
            try await time.sleep(pause)
            pause = min(pause * 2, .seconds(1))
        }
    }

    private func open(in scope: String?, hasOperator: Bool) async throws -> Open {
        let found = InstalledObjects(client: client)
        var helpers = try await found.list(Pod.type, scope, LabelSelector(matching: HelperContract.labels)).map(
            Pod.init
        )
        .filter { $0.metadata.finalizers.contains(HelperContract.finalizer) }
        var reverts = try await found.list(Pod.type, namespace, LabelSelector(matching: HelperContract.revertLabels))
            .map(Pod.init)
        if !hasOperator {
            var kept: [Pod] = []
            for helper in helpers where try await !isLetGo(helper) { kept.append(helper) }
            helpers = kept
            reverts.removeAll(where: \.isFinished)
        }
        return Open(helpers: helpers, reverts: reverts)
    }

    /// Lets a helper go that has said that it has undone, or has never begun; any other is told to end.
    private func isLetGo(_ helper: Pod) async throws -> Bool {
        do {
            guard HelperPodState(helper).mayBeInForce else {
                _ = try await client.patch(
                    Pod.self, namespace: helper.namespace, name: helper.name, HelperPodState(helper).release)
                return true
            }
            if !helper.metadata.isBeingDeleted {
                _ = try await client.delete(
                    Pod.type.gvr, namespace: helper.namespace, name: helper.name, options: DeleteOptions())
            }
            return false
        } catch let status as Status where status.isNotFound {
            return true
        } catch let status as Status where status.isConflict {
            return false
        } catch let status as Status {
            throw status.withRule(Pod.type, ["patch", "delete"])
        }
    }

    private func giveUp(_ open: Open) async throws {
        let lines =
            open.helpers.map { pod in
                let state = HelperPodState(pod)
                let what = state.mayBeInForce ? "has not said that it has undone what it injected" : "is not let go"
                return "  the helper pod \(pod.key) on \(Self.node(state.node)) \(what)"
            } + open.reverts.map { "  the revert pod \($0.key) on \(Self.node($0.nodeName)) is there" }
        let text = lines.joined(separator: "\n")
        guard isForced else {
            throw CommandError(
                "not everything was undone within \(timeout.inWords), so nothing was removed; chaos stays halted. --force "
                    + "goes on, and 'litmus revert' on a node undoes what is left there:\n\(text)")
        }
        tell("going on although something may still be in force; 'litmus revert' on a node undoes it:\n\(text)")
        for helper in open.helpers {
            do {
                _ = try await client.amend(Pod.self, namespace: helper.namespace, name: helper.name, current: helper) {
                    $0.metadata.finalizers.removeAll { $0 == HelperContract.finalizer }
                    return true
                }
            } catch let status as Status where status.isNotFound {
                continue
            } catch let status as Status {
                throw status.withRule(Pod.type, ["patch"])
            }
        }
    }

    private static func node(_ name: String) -> String { name.isEmpty ? "no known node" : "node \(name)" }
}
