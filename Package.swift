// swift-tools-version: 6.2

import PackageDescription

let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
]

/// The compiler (6.3) crashes while it optimises the asynchronous functions of this target.
let unoptimised: [SwiftSetting] = [.unsafeFlags(["-Onone"], .when(configuration: .release))]

/// A library of this package: `folder` is its place in the architecture drawing (docs/architecture.md).
func library(
    _ name: String, in folder: String, _ dependencies: [Target.Dependency] = [], _ extra: [SwiftSetting] = []
) -> Target {
    .target(
        name: name, dependencies: dependencies, path: "Sources/\(folder)/\(name)", swiftSettings: settings + extra)
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .testTarget(name: name, dependencies: dependencies, path: "Tests/\(name)", swiftSettings: settings)
}

/// Test targets to build, with what they need and nothing else; everything when the variable is not set.
let only = (Context.environment["ONLY_TESTS"] ?? "").split(separator: ",").map(String.init)

let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let lifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let unixSignals = Target.Dependency.product(name: "UnixSignals", package: "swift-service-lifecycle")
let asyncAlgorithms = Target.Dependency.product(name: "AsyncAlgorithms", package: "swift-async-algorithms")
let collections = Target.Dependency.product(name: "Collections", package: "swift-collections")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let nio = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let nioHTTP = Target.Dependency.product(name: "NIOHTTP1", package: "swift-nio")
let nioWebSocket = Target.Dependency.product(name: "NIOWebSocket", package: "swift-nio")
let nioTLS = Target.Dependency.product(name: "NIOTLS", package: "swift-nio")
let nioExtras = Target.Dependency.product(name: "NIOExtras", package: "swift-nio-extras")
let nioSOCKS = Target.Dependency.product(name: "NIOSOCKS", package: "swift-nio-extras")
let nioHTTPTypes = Target.Dependency.product(name: "NIOHTTPTypes", package: "swift-nio-extras")
let nioHTTPTypesHTTP1 = Target.Dependency.product(name: "NIOHTTPTypesHTTP1", package: "swift-nio-extras")
let nioSSL = Target.Dependency.product(name: "NIOSSL", package: "swift-nio-ssl")
let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let hummingbirdTesting = Target.Dependency.product(name: "HummingbirdTesting", package: "hummingbird")
let hummingbirdCore = Target.Dependency.product(name: "HummingbirdCore", package: "hummingbird")
let hummingbirdHTTP2 = Target.Dependency.product(name: "HummingbirdHTTP2", package: "hummingbird")
let hummingbirdTLS = Target.Dependency.product(name: "HummingbirdTLS", package: "hummingbird")
let httpTypes = Target.Dependency.product(name: "HTTPTypes", package: "swift-http-types")
let httpClient = Target.Dependency.product(name: "AsyncHTTPClient", package: "async-http-client")
let jwt = Target.Dependency.product(name: "JWTKit", package: "jwt-kit")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let cryptoExtras = Target.Dependency.product(name: "CryptoExtras", package: "swift-crypto")
let asn1 = Target.Dependency.product(name: "SwiftASN1", package: "swift-asn1")
let x509 = Target.Dependency.product(name: "X509", package: "swift-certificates")
let arguments = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let configuration = Target.Dependency.product(name: "Configuration", package: "swift-configuration")

let testTargets: [Target] = [
    tests(
        "APIServerHTTPTests",
        [
            "APIServerHTTP", "EmbeddedAPIServer", "ResourceSchema", "KubernetesAPI", "WebSocket", httpClient, nio,
            nioHTTP,
            nioSSL,
            crypto, x509, asn1, logging, lifecycle,
        ]),
    tests(
        "ClientConformanceTests",
        [
            "EmbeddedCluster", "EmbeddedNode", "APIServerHTTP", "EmbeddedAPIServer", "KubernetesClient",
            "ClusterTesting", "KubernetesAPI", lifecycle, logging,
        ]),
    tests("EndToEnd", []),
    tests("ChaosAPITests", ["ChaosAPI", "ClusterTesting", "InstallManifests", "ResourceSchema", "KubernetesAPI"]),
    tests("FaultCatalogTests", ["FaultCatalog", "KubernetesAPI"]),
    tests(
        "FaultsTests", ["Faults", "FaultCatalog", "ChaosAPI", "Injection", "ClusterTesting", "KubernetesAPI"]),
    tests("InjectionTests", ["Injection", "Host", logging]),
    tests(
        "ChaosRunnerTests",
        [
            "ChaosRunner", "Faults", "Injection", "Probes", "ChaosAPI", "FaultCatalog", "ClusterTesting",
            "WorkloadControllers", "ControllerRuntime", "KubernetesAPI", logging, lifecycle,
        ]),
    tests(
        "ChaosHelperTests",
        ["ChaosHelper", "Injection", "ChaosAPI", "ClusterTesting", "ControllerRuntime", "KubernetesAPI", logging]),
    tests(
        "NodeAgentTests",
        [
            "NodeAgent", "ChaosHelper", "Injection", "ChaosAPI", "ClusterTesting", "ControllerRuntime", "KubernetesAPI",
            "Host", logging,
        ]),
    tests(
        "ChaosOperatorTests",
        [
            "ChaosOperator", "ChaosRunner", "ChaosAPI", "FaultCatalog", "ClusterTesting", "WorkloadControllers",
            "ControllerRuntime", "KubernetesAPI", logging, lifecycle,
        ]),
    tests(
        "CommandsTests",
        [
            "Commands", "ChaosOperator", "ChaosRunner", "EmbeddedNode", "EmbeddedAPIServer", "WorkloadControllers",
            "ClusterTesting", "InstallManifests", "KubernetesClient", "ControllerRuntime", "ChaosAPI", "KubernetesAPI",
            "ChaosCenter", "Authentication", "DocumentStore", "GraphQLTransport", "GraphQL", hummingbirdCore, httpTypes,
            httpClient, nio, nioHTTP, arguments, logging,
        ]),
    tests("InstallManifestsTests", ["InstallManifests", "ChaosAPI", "ResourceSchema", "KubernetesAPI"]),
    tests(
        "AuthenticationTests",
        [
            "Authentication", "DocumentStore", "ControlPlaneTesting", hummingbird, hummingbirdTesting, httpClient,
            httpTypes, jwt, crypto, nio, nioHTTP, logging,
        ]),
    tests(
        "ChaosCenterTests",
        [
            "ChaosCenter", "Authentication", "DocumentStore", "ControlPlaneTesting", "AgentProtocol",
            "GraphQLTransport", "GraphQL", "EmbeddedAPIServer", "ResourceSchema",
            "WebSocket", "FaultCatalog", "ChaosAPI", "KubernetesAPI", "Host", hummingbird, hummingbirdCore,
            hummingbirdTesting, httpClient, httpTypes, nio, nioHTTP, lifecycle, logging,
        ]),
    tests("DocumentStoreTests", ["DocumentStore", "FuzzTesting", grdb]),
    tests("ProbesTests", ["Probes", "ClusterTesting", "KubernetesAPI", "Host"]),
    tests("ReportsTests", ["Reports", "ChaosAPI", "KubernetesAPI"]),
    tests("ResourceSchemaTests", ["ResourceSchema", "KubernetesAPI"]),
    tests(
        "KubernetesClientTests",
        [
            "KubernetesClient", "ClusterTesting", "ControllerRuntime", "WebSocket", "KubernetesAPI", nio, nioPosix,
            nioHTTP, nioWebSocket,
            nioSSL,
        ]),
    tests("KubernetesAPITests", ["KubernetesAPI", "FuzzTesting"]),
    tests(
        "EmbeddedNodeTests",
        [
            "ClusterTesting", "EmbeddedNode", "ContainerRuntime", "ControllerRuntime", "KubernetesAPI", "Host",
            httpClient,
            nio, nioPosix, logging,
        ]),
    tests("EmbeddedAPIServerTests", ["EmbeddedAPIServer", "ResourceSchema", "KubernetesAPI", grdb]),
    tests("GraphQLTests", ["GraphQL", "FuzzTesting"]),
    tests(
        "GraphQLTransportTests",
        [
            "GraphQLTransport", "GraphQL", "WebSocket", "FuzzTesting", hummingbird, hummingbirdCore, httpTypes,
            httpClient, nio, nioPosix, nioHTTP, nioSSL, lifecycle, logging,
        ]),
    tests("HostTests", ["Host"]),
    tests(
        "WebSocketTests",
        [
            "WebSocket", hummingbirdCore, httpTypes, nio, nioPosix, nioHTTP, nioSSL, nioWebSocket, lifecycle, logging,
        ]),
    tests("ContainerRuntimeTests", ["ContainerRuntime", "Host"]),
    tests("ControllerRuntimeTests", ["ClusterTesting", "ControllerRuntime", "KubernetesAPI", logging, lifecycle]),
    tests(
        "WorkloadControllersTests",
        ["ClusterTesting", "WorkloadControllers", "ControllerRuntime", "KubernetesAPI", logging, lifecycle]),
]

/// What `only` leaves of the targets.
func needed(_ targets: [Target]) -> [Target] {
    guard !only.isEmpty else { return targets }
    var names = Set(only)
    var count = 0
    while names.count > count {
        count = names.count
        for target in targets where names.contains(target.name) {
            for case .byNameItem(let name, _) in target.dependencies { names.insert(name) }
        }
    }
    return targets.filter { names.contains($0.name) }
}

let package = Package(
    name: "litmus",
    products: only.isEmpty ? [.executable(name: "litmus", targets: ["litmus"])] : [],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-asn1", from: "1.7.4"),
        .package(url: "https://github.com/apple/swift-async-algorithms", from: "1.1.4"),
        .package(url: "https://github.com/apple/swift-certificates", from: "1.21.1"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-configuration", from: "1.4.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/vapor/jwt-kit", from: "5.7.1"),
    ],
    targets: needed(
        [
            .executableTarget(
                name: "litmus", dependencies: ["Commands"], path: "Sources/litmus", swiftSettings: settings),

            library(
                "Commands", in: "Commands",
                [
                    "Reports", "DocumentStore", "ChaosOperator", "ChaosRunner", "NodeAgent", "ChaosHelper",
                    "FaultCatalog",
                    "InstallManifests", "ChaosAPI",
                    "EmbeddedCluster", "EmbeddedNode", "KubernetesClient", "ControllerRuntime", "KubernetesAPI",
                    "ChaosCenter", "Authentication", "GraphQLTransport", "GraphQL", "WebSocket",
                    "Injection", "Host", arguments, configuration, lifecycle, unixSignals, logging, hummingbird,
                    hummingbirdCore, hummingbirdHTTP2, httpTypes, nio, nioSSL,
                ]),
            library("Reports", in: "Commands", ["ChaosAPI", "KubernetesAPI"]),

            library(
                "ChaosCenter", in: "ControlPlane",
                [
                    "Authentication", "DocumentStore", "AgentProtocol", "InstallManifests", "FaultCatalog", "ChaosAPI",
                    "KubernetesAPI", "GraphQLTransport", "GraphQL", "WebSocket", "Host", hummingbird, httpClient,
                    httpTypes, crypto, cryptoExtras, collections, nio, nioHTTP, lifecycle, logging,
                ]),
            library(
                "Authentication", in: "ControlPlane",
                [
                    "DocumentStore", hummingbird, httpClient, httpTypes, jwt, crypto, cryptoExtras, collections, nio,
                    nioPosix, nioHTTP, logging,
                ]),
            library(
                "ControlPlaneTesting", in: "ControlPlane",
                [
                    "Authentication", "DocumentStore", "WebSocket", hummingbird, hummingbirdTesting, httpTypes, nio,
                    logging,
                ]),
            library("DocumentStore", in: "ControlPlane", [grdb, collections, crypto]),

            library(
                "ChaosOperator", in: "ExecutionPlane",
                ["ChaosAPI", "FaultCatalog", "ControllerRuntime", "KubernetesAPI", lifecycle, logging]),
            library(
                "ChaosRunner", in: "ExecutionPlane",
                [
                    "Faults", "Probes", "Injection", "ChaosAPI", "FaultCatalog", "ControllerRuntime", "KubernetesAPI",
                    "Host", lifecycle, logging,
                ],
                unoptimised),
            library(
                "ChaosHelper", in: "ExecutionPlane",
                ["ChaosAPI", "Injection", "ControllerRuntime", "KubernetesAPI", lifecycle, logging]),
            library(
                "NodeAgent", in: "ExecutionPlane",
                [
                    "ChaosHelper", "ChaosAPI", "Injection", "ControllerRuntime", "KubernetesAPI", "Host", lifecycle,
                    logging,
                ]),
            library("Faults", in: "ExecutionPlane", ["ChaosAPI", "FaultCatalog", "Injection", "KubernetesAPI"]),
            library(
                "Probes", in: "ExecutionPlane",
                ["ChaosAPI", "KubernetesAPI", "Host", httpClient, nio, nioHTTP, nioSSL, logging]),

            library("AgentProtocol", in: "Shared", ["KubernetesAPI"]),
            library("InstallManifests", in: "Shared", ["ChaosAPI", "KubernetesAPI"]),
            library("FaultCatalog", in: "Shared", ["KubernetesAPI"]),
            library("ChaosAPI", in: "Shared", ["KubernetesAPI"]),

            library(
                "EmbeddedCluster", in: "Cluster",
                [
                    "APIServerHTTP", "EmbeddedAPIServer", "WorkloadControllers", "EmbeddedNode", "ContainerRuntime",
                    "ControllerRuntime", "KubernetesAPI", "Host", lifecycle, logging,
                ]),
            library(
                "EmbeddedNode", in: "Cluster",
                [
                    "ContainerRuntime", "ControllerRuntime", "KubernetesAPI", "Host", httpClient, nio, nioPosix,
                    nioHTTP,
                    nioSSL, lifecycle, logging,
                ]),
            library("ContainerRuntime", in: "Cluster", ["Host", logging]),
            library(
                "WorkloadControllers", in: "Cluster",
                ["ControllerRuntime", "KubernetesAPI", crypto, lifecycle, logging]),
            library(
                "APIServerHTTP", in: "Cluster",
                [
                    "EmbeddedAPIServer", "ResourceSchema", "KubernetesAPI", "WebSocket", hummingbird, hummingbirdCore,
                    hummingbirdHTTP2,
                    hummingbirdTLS, nioSSL, nio, jwt, crypto, x509, asn1, httpTypes, lifecycle,
                    logging,
                ]),
            library(
                "EmbeddedAPIServer", in: "Cluster",
                ["ResourceSchema", "KubernetesAPI", grdb, collections]),
            library("ResourceSchema", in: "Cluster", ["KubernetesAPI"]),
            library("ClusterTesting", in: "Cluster", ["KubernetesAPI"]),
            library(
                "KubernetesClient", in: "Cluster",
                [
                    "ControllerRuntime", "KubernetesAPI", "WebSocket", httpClient, nio, nioHTTP, nioPosix, nioSSL,
                    logging,
                ]),
            library("ControllerRuntime", in: "Cluster", ["KubernetesAPI", collections, lifecycle, logging]),
            library("KubernetesAPI", in: "Cluster", [yams]),

            library("Injection", in: "Injection", ["Host", logging]),

            library(
                "WebSocket", in: "Foundations",
                [
                    hummingbirdCore, hummingbirdHTTP2, nio, nioPosix, nioExtras, nioSOCKS, nioHTTP, nioHTTPTypes,
                    nioHTTPTypesHTTP1, nioSSL, nioTLS,
                    nioWebSocket, httpTypes, asyncAlgorithms, lifecycle, logging,
                ]),
            library(
                "GraphQLTransport", in: "Foundations",
                ["GraphQL", "WebSocket", hummingbird, nio, httpTypes, collections, lifecycle, logging]),
            .executableTarget(
                name: "GraphQLBenchmark", dependencies: ["GraphQL"], path: "benchmarks/GraphQLBenchmark",
                swiftSettings: settings),

            library("GraphQL", in: "Foundations"),
            library("FuzzTesting", in: "Foundations"),
            library("Host", in: "Foundations", ["CLinux", logging]),
            .target(name: "CLinux", path: "Sources/Foundations/CLinux"),
        ] + testTargets)
)
