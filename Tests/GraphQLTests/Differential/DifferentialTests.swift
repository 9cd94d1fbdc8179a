import Foundation
import Testing

@testable import GraphQL

/// The same input, the same outcome as graphql-core: data, and the places, paths and rules of errors.
@Suite struct DifferentialTests {
    /// Schemas times documents; more with the environment variable GRAPHQL_CASES.
    private static var scale: Int { Int(ProcessInfo.processInfo.environment["GRAPHQL_CASES"] ?? "") ?? 1 }
    private static var seed: UInt64 { UInt64(ProcessInfo.processInfo.environment["GRAPHQL_SEED"] ?? "") ?? 20_261_125 }

    private static func expectNone(_ mismatches: [String], of count: Int) {
        if !mismatches.isEmpty {
            print("\(mismatches.count) of \(count) cases differ from graphql-core")
            print(mismatches.prefix(8).joined(separator: "\n\n"))
        }
        #expect(mismatches.isEmpty)
    }

    @Test func documentsAreReadCheckedAndExecutedAlike() async throws {
        var cases: [GraphQLValue] = []
        var check: [(GraphQLValue) async -> String?] = []
        for number in 0..<(8 * Self.scale) {
            var generator = SchemaGenerator(seed: Self.seed &+ UInt64(number))
            let sdl = generator.schema()
            let schema: Schema
            do {
                schema = try Schema(sdl: sdl)
            } catch {
                Issue.record("a generated schema is refused: \(error)\n\(sdl)")
                continue
            }
            let engine = try Resolving.engine(schema, suspending: false)
            let suspending = try Resolving.engine(schema, suspending: true)
            cases.append(["schema": .string(sdl)])
            check.append { answer in
                guard answer["stage"] == "built" else {
                    return "refused by the reference: \(answer.jsonString)\n\(sdl)"
                }
                return answer["printed"]?.stringValue == schema.printed
                    ? nil : "schema printed\n\(schema.printed)\nexpected\n\(answer["printed"]?.stringValue ?? "")"
            }
            let introspection = await engine.execute(.introspection, context: ())
            cases.append(["introspection": introspection.data ?? .null])
            check.append { answer in
                answer["client"] == answer["own"] && answer["own"] != nil
                    ? nil
                    : "client schema\n\(answer["client"]?.stringValue ?? "")\nexpected\n\(answer["own"]?.stringValue ?? "")"
            }
            for document in 0..<350 {
                let generated = Self.document(schema, UInt64(number * 1000 + document))
                cases.append(Self.line(generated))
                check.append { answer in
                    let request = GraphQLRequest(
                        query: generated.text, operationName: generated.operationName,
                        variables: generated.variables)
                    if let difference = await Self.difference(request, engine, answer) { return difference }
                    return await Self.difference(request, suspending, answer).map { "suspending: \($0)" }
                }
            }
        }
        let answers = try Reference.answers(to: cases)
        var mismatches: [String] = []
        var stages: [String: Int] = [:]
        for (answer, check) in zip(answers, check) {
            stages[answer["stage"]?.stringValue ?? "introspection", default: 0] += 1
            if let mismatch = await check(answer) { mismatches.append(mismatch) }
        }
        print("GraphQL differential: \(cases.count) cases, \(stages.sorted { $0.key < $1.key })")
        Self.expectNone(mismatches, of: cases.count)
        // The comparison means something only if every stage is reached often.
        for stage in ["parse", "validate", "execute"] { #expect(stages[stage, default: 0] >= 200) }
    }

    @Test func brokenSchemasAreRefusedForTheSameReasons() throws {
        var texts: [String] = []
        for number in 0..<(400 * Self.scale) {
            var generator = SchemaGenerator(seed: Self.seed &+ UInt64(number % 10))
            var breaker = TextBreaker(seed: Self.seed &+ UInt64(number))
            let sdl = generator.schema()
            texts.append(number % 4 == 0 ? breaker.broken(sdl) : breaker.renamed(sdl))
        }
        let answers = try Reference.answers(to: texts.map { ["schema": .string($0)] })
        var mismatches: [String] = []
        var stages: [String: Int] = [:]
        for (text, answer) in zip(texts, answers) {
            let stage = answer["stage"]?.stringValue ?? ""
            stages[stage, default: 0] += 1
            guard stage != "exception" else { continue }
            var errors: [GraphQLError] = []
            do {
                _ = try Schema(sdl: text)
            } catch {
                errors = error.errors
            }
            // Defaults of the wrong type are refused here only, as are operations among definitions and other types
            // with the name of a scalar.
            let shapes = errors.filter { $0.rule != .valuesOfCorrectType }.map { error in
                var error = error
                if error.rule == .typeSystem { error.rule = nil }
                return ErrorShape(error)
            }.sorted()
            let isStricter = { (error: GraphQLError) in
                error.rule == .executableDefinitions || error.message.contains("is a built-in scalar")
            }
            guard !errors.contains(where: isStricter) else { continue }
            let expected = (answer["errors"]?.listValue ?? []).map(ErrorShape.init(reference:)).sorted()
            if shapes != expected {
                mismatches.append("\(stage): \(errors)\nexpected \(answer.jsonString)\n\(text)")
            }
        }
        print("GraphQL schemas: \(texts.count) cases, \(stages.sorted { $0.key < $1.key })")
        Self.expectNone(mismatches, of: texts.count)
        for stage in ["parse", "definitions", "types", "built"] { #expect(stages[stage, default: 0] >= 5) }
    }

    private static func document(_ schema: Schema, _ number: UInt64) -> DocumentGenerator.Generated {
        let mistakes = [0, 0, 1, 3][Int(number % 4)]
        var generator = DocumentGenerator(seed: seed &+ number, schema: schema, mistakes: mistakes)
        var generated = generator.document()
        if number % 5 == 0 {
            var breaker = TextBreaker(seed: seed &+ number)
            generated.text = breaker.broken(generated.text)
        }
        return generated
    }

    private static func line(_ generated: DocumentGenerator.Generated) -> GraphQLValue {
        var line: GraphQLObject = [
            "document": .string(generated.text), "variables": .object(generated.variables),
        ]
        if let name = generated.operationName { line["operation"] = .string(name) }
        return .object(line)
    }

    private static func difference(
        _ request: GraphQLRequest, _ engine: ExecutableSchema<Void>, _ answer: GraphQLValue
    ) async -> String? {
        let stage = answer["stage"]?.stringValue ?? ""
        func differs(_ what: String, _ own: String) -> String {
            "\(what) differs at \(stage)\nown      \(own)\nexpected \(answer.jsonString)\n\(request.query)\n"
                + GraphQLValue.object(request.variables).jsonString + " \(request.operationName ?? "-")"
        }
        guard stage != "exception" else { return nil }
        if let printed = answer["printed"]?.stringValue {
            guard let document = try? Document(parsing: request.query) else { return differs("parsing", "refused") }
            if document.printed != printed { return differs("printing", document.printed) }
        }
        if stage == "subscription" {
            do {
                _ = try engine.prepare(request.query)
                return nil
            } catch {
                return differs("validation", error.description)
            }
        }
        // Definitions in a document are checked by the reference as well, here they are only refused.
        let response = await engine.execute(request, context: ())
        if response.errors.contains(where: { $0.rule == .executableDefinitions }) {
            return stage == "validate" ? nil : differs("validation", "\(response.errors)")
        }
        let own = response.errors.map(ErrorShape.init).sorted()
        let expected = (answer["errors"]?.listValue ?? []).map(ErrorShape.init(reference:)).sorted()
        if own != expected { return differs("errors", "\(response.errors.map(ErrorShape.init))") }
        if (response.data ?? .null) != (answer["data"] ?? .null) {
            return differs("data", response.data?.jsonString ?? "none")
        }
        return nil
    }
}
