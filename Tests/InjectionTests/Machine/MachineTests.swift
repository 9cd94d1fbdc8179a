import Glibc
import Testing

/// What needs root and changes the machine, one after the other: every such suite is nested here.
@Suite(
    .serialized,
    .enabled(if: geteuid() == 0, "needs root: network namespaces, control groups and packet filter rules"))
enum MachineTests {}
