// Litmus' side of benchmarks/graphql.py: GraphQLBenchmark SCHEMA DOCUMENT DATA SECONDS prints operations a second.

import Foundation
import GraphQL

guard CommandLine.arguments.count == 5, let seconds = Double(CommandLine.arguments[4]) else {
    print("usage: GraphQLBenchmark SCHEMA DOCUMENT DATA SECONDS")
    exit(64)
}
let files = try CommandLine.arguments[1...3].map { try String(contentsOfFile: $0, encoding: .utf8) }
let schema = try Schema(sdl: files[0])
let engine = try ExecutableSchema(schema, Resolvers.binding())
let text = files[1]
let data = try JSONDecoder().decode(Case.self, from: Data(files[2].utf8))
let request = GraphQLRequest(query: text, variables: data.variables.objectValue ?? [:])
let document = try Document(parsing: text)

/// Operations a second.
@MainActor func rate(_ work: () async throws -> Void) async rethrows -> Double {
    try await work()
    let begin = ContinuousClock.now
    var count = 0
    while ContinuousClock.now - begin < .seconds(seconds) {
        for _ in 0..<5 { try await work() }
        count += 5
    }
    return Double(count) / ((ContinuousClock.now - begin) / .seconds(1))
}

/// Keeps what is measured from being optimised away.
var bytes = 0

let parsing = try await rate { bytes &+= try Document(parsing: text).tokenCount }
let validating = await rate { bytes &+= schema.validate(document).count }
let executing = await rate { bytes &+= await engine.execute(request, context: data.runs).json.count }
let everything = try await rate {
    // The engine keeps documents, so that what it executes need not be parsed again; here it is.
    bytes &+= schema.validate(try Document(parsing: text)).count
    bytes &+= await engine.execute(request, context: data.runs).json.count
}
precondition(bytes != 0)

let figures: GraphQLValue = [
    "parse": .double(parsing), "validate": .double(validating), "execute": .double(executing),
    "all": .double(everything), "response": await engine.execute(request, context: data.runs).value,
]
print(figures.jsonString)
