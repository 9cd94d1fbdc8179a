import KubernetesAPI

/// A probe of a project, as it is stored in `chaosProbes`.
struct StoredProbe: Codable, Sendable, Hashable, AuditedRecord {
    var projectID: String
    /// Unique among the present ones of the project.
    var name: String
    var description: String?
    var tags: [String]?
    /// `httpProbe`, `cmdProbe`, `promProbe` or `k8sProbe`.
    var type: String
    var infrastructureType: String
    var kubernetesHTTP: HTTPProperties?
    var kubernetesCMD: CommandProperties?
    var prometheus: PrometheusProperties?
    var kubernetes: ObjectProperties?
    var createdAt: Int64
    var updatedAt: Int64
    var createdBy: UserDetails?
    var updatedBy: UserDetails?
    var isRemoved: Bool

    enum CodingKeys: String, CodingKey {
        case name, description, tags, type
        case projectID = "project_id"
        case infrastructureType = "infrastructure_type"
        case kubernetesHTTP = "kubernetes_http_properties"
        case kubernetesCMD = "kubernetes_cmd_properties"
        case prometheus = "prom_properties"
        case kubernetes = "k8s_properties"
        case createdAt = "created_at"
        case updatedAt = "updated_at"
        case createdBy = "created_by"
        case updatedBy = "updated_by"
        case isRemoved = "is_removed"
    }
}
