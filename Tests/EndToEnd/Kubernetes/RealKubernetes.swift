import Testing

/// The same executable on a cluster that is not ours. Run by `make test-kubernetes`, which says which cluster; one test
/// at a time, as they share the installation.
@Suite("A real Kubernetes", .serialized, .timeLimit(.minutes(15)))
struct RealKubernetes {}
