import ChaosAPI
import Injection
import KubernetesAPI

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

extension InjectionOrder {
    /// The order as the value of `HelperContract.orderVariable`. A kubelet expands `$(NAME)` and `$$` in values, and JSON
    /// has dollars in texts only, so each is written as its code.
    var variable: String {
        get throws {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            return String(decoding: try encoder.encode(self), as: UTF8.self).replacing("$", with: "\\u0024")
        }
    }

    /// The order that a helper pod was given; nil for a pod without one that can be read.
    init?(helper pod: Pod) {
        let variables = pod.containers.first?.json["env"].array ?? []
        let value = variables.first { $0["name"].string == HelperContract.orderVariable }?["value"].string
        guard let value, let order = try? JSONDecoder().decode(Self.self, from: Data(value.utf8)) else { return nil }
        self = order
    }
}
