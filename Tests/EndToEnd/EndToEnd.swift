import Testing

/// Real parts together: the executable, kubectl, containers. One at a time, as they share the machine.
@Suite("End to end", .serialized, .timeLimit(.minutes(15)))
struct EndToEnd {}
