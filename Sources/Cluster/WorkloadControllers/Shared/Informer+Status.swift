import ControllerRuntime
import KubernetesAPI

extension Informer where Object: Resource {
    /// Writes the object's status, if it differs. A conflict is no error: the change that caused it wakes the controller.
    func writeStatus(_ object: Object, _ status: JSON) async throws {
        guard object.json["status"] != status else { return }
        var changed = object
        changed.json["status"] = status
        do {
            _ = try await update(changed, subresource: "status")
        } catch let failure as Status where failure.isNotFound {
            return
        }
    }
}
