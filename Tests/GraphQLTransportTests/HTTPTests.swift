import GraphQL
import GraphQLTransport
import HTTPTypes
import NIOHTTP1
import Testing

@Suite("GraphQL over HTTP", .timeLimit(.minutes(1))) struct HTTPTests {
    static let graphQL = "application/graphql-response+json"

    @Test("GET and POST execute queries with variables, operation names and extensions")
    func queries() async throws {
        try await CounterServer.run { server in
            let document = "query A($n: String) { hello(name: $n) } query B { whoami }"
            let posted = try await server.post([
                "query": .string(document), "operationName": "A", "variables": ["n": "grüße"], "extensions": ["x": 1],
            ])
            #expect(posted.status == 200)
            #expect(posted.text == #"{"data":{"hello":"hello grüße"}}"#)
            #expect(posted.headers["content-type"] == ["application/json; charset=utf-8"])
            let got = try await server.send(
                .GET,
                "?query=query+A(%24n:String)%7Bhello(name:%20%24n)%7D%20query%20B%7Bwhoami%7D"
                    + "&operationName=A&variables=%7B%22n%22:%22gr%C3%BC%C3%9Fe%22%7D&extensions=&other=1")
            #expect(got.text == posted.text)
            #expect(got.status == 200)
            let nulls = try await server.post([
                "query": "{ hello }", "operationName": nil, "variables": nil, "extensions": nil,
            ])
            #expect(nulls.text == #"{"data":{"hello":"hello world"}}"#)
            let changed = try await server.post(["query": "mutation { add(number: 2) }"])
            #expect(changed.text == #"{"data":{"add":2}}"#)
        }
    }

    @Test(
        "the response has the media type that the client wants most",
        arguments: [
            (nil, "application/json"), ("*/*", "application/json"), ("application/*", "application/json"),
            ("application/json", "application/json"), (graphQL, graphQL), ("\(graphQL), application/json", graphQL),
            ("application/json, \(graphQL)", "application/json"),
            ("\(graphQL);q=0.5, application/json", "application/json"),
            ("\(graphQL), application/json;q=0.9", graphQL), ("*/*, \(graphQL)", graphQL),
            ("application/json;q=0, */*", graphQL), ("Application/JSON ; Charset=\"UTF-8\"", "application/json"),
            ("text/html, */*;q=0.1", "application/json"), ("text/html", nil), ("application/json;charset=latin1", nil),
            ("application/json;q=0", nil),
        ] as [(String?, String?)])
    func negotiation(accept: String?, expected: String?) async throws {
        try await CounterServer.run { server in
            let answer = try await server.post(
                ["query": "{ hello }"], headers: accept.map { [("Accept", $0)] } ?? [])
            #expect(answer.status == (expected == nil ? 406 : 200))
            #expect(answer.headers["content-type"] == ["\(expected ?? "application/json"); charset=utf-8"])
            if expected == nil { #expect(answer.code == "NOT_ACCEPTABLE") }
        }
    }

    @Test(
        "requests that are not executed are 200 as application/json and 400 as the newer type; partial data is 200",
        arguments: [
            ("{", "GRAPHQL_PARSE_FAILED"), ("{ nothing }", "GRAPHQL_VALIDATION_FAILED"),
            ("query A { hello } query B { hello }", "OPERATION_RESOLUTION_FAILURE"),
            ("query ($n: Int!) { hello }", nil), ("mutation ($n: Int!) { add(number: $n) }", "BAD_USER_INPUT"),
            ("{ broken hello }", ""), ("{ fatal }", ""),
        ] as [(String, String?)])
    func statuses(query: String, code: String?) async throws {
        try await CounterServer.run { server in
            let old = try await server.post(["query": .string(query)])
            let new = try await server.post(["query": .string(query)], headers: [("Accept", Self.graphQL)])
            #expect(old.status == 200)
            #expect(new.status == (code == "" ? 200 : 400))
            #expect(old.text == new.text)
            #expect(new.json?["errors"]?[0]?["message"]?.stringValue?.isEmpty == false)
            #expect((new.json?["data"] == nil) == (code != ""))
            if let code { #expect((new.code ?? "") == code) }
        }
        try await CounterServer.run(GraphQLTransportSettings(requestErrorStatus: .unprocessableContent)) { server in
            let answer = try await server.post(["query": .string(query)])
            #expect(answer.status == (code == "" ? 200 : 422))
        }
    }

    @Test("what changes something is refused over GET, and not executed")
    func safety() async throws {
        try await CounterServer.run { server in
            for document in ["mutation%7Badd(number:1)%7D", "subscription%7Bticks%7D"] {
                for accept in [Self.graphQL, "application/json"] {
                    let answer = try await server.send(.GET, "?query=" + document, headers: [("Accept", accept)])
                    #expect(answer.status == 405)
                    #expect(answer.headers["allow"] == ["POST"])
                    #expect(answer.code == "METHOD_NOT_ALLOWED")
                }
            }
            let chosen = "?query=query%20A%7Bhello%7Dmutation%20B%7Badd(number:1)%7D&operationName="
            #expect(try await server.send(.GET, chosen + "A").text == #"{"data":{"hello":"hello world"}}"#)
            #expect(try await server.send(.GET, chosen + "B").status == 405)
            #expect(server.ledger.sum == 0)
            #expect(server.ledger.opened == 0)
        }
    }

    @Test(
        "what is no GraphQL request is 400 with an error",
        arguments: [
            "", "NONSENSE", #"{"query":"#, "7", "null", #""{ hello }""#, "{}", #"{"qeury": "{ hello }"}"#,
            #"{"query": null}"#, #"{"query": 7}"#, #"{"query": "{ hello }", "variables": [7]}"#,
            #"{"query": "{ hello }", "variables": "x"}"#, #"{"query": "{ hello }", "operationName": {}}"#,
            #"{"query": "{ hello }", "extensions": true}"#, #"{"query": "{ hello }"} x"#,
            String(repeating: "[", count: 100_000),
        ])
    func malformed(body: String) async throws {
        try await CounterServer.run { server in
            for accept in [Self.graphQL, "application/json"] {
                let answer = try await server.post(body, headers: [("Accept", accept)])
                #expect(answer.status == 400)
                #expect(answer.code == "BAD_REQUEST")
                #expect(answer.headers["content-type"] == ["\(accept); charset=utf-8"])
            }
        }
    }

    @Test(
        "queries of URLs that are no GraphQL request are 400",
        arguments: [
            "", "?", "?query", "?query=%7Bhello%7D&variables=%7B", "?query=%7Bhello%7D&variables=%5B%5D", "?query=%F",
            "?query=%zz", "?query=%ff", "?query=%7Bhello%7D&query=%7Bhello%7D",
        ])
    func malformedURL(query: String) async throws {
        try await CounterServer.run { server in
            // A client library would mend the URL.
            let answer = try await Command.curl(server.url + query, "-w", " %{http_code}")
            #expect(answer.contains(query == "?query" ? "GRAPHQL_PARSE_FAILED" : "BAD_REQUEST"))
            #expect(answer.hasSuffix(query == "?query" ? " 200" : " 400"))
        }
    }

    @Test("bodies that a page of another origin can send unasked are refused")
    func contentTypes() async throws {
        try await CounterServer.run { server in
            let body = #"{"query": "mutation { add(number: 1) }"}"#
            for type in [
                "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "",
                "application/json; charset=utf-16", "text/plain; application/json", "application/graphql",
            ] {
                let headers = type.isEmpty ? [] : [("Content-Type", type)]
                let answer = try await server.send(.POST, headers: headers, body: body)
                #expect(answer.status == 415, "\(type)")
                #expect(answer.code == "UNSUPPORTED_MEDIA_TYPE")
            }
            #expect(server.ledger.sum == 0)
            let utf8 = [("Content-Type", "application/json;charset=UTF-8")]
            #expect(try await server.send(.POST, headers: utf8, body: body).text == #"{"data":{"add":1}}"#)
        }
    }

    @Test("longer bodies are 413, whether their length is said or not")
    func bodySize() async throws {
        try await CounterServer.run(GraphQLTransportSettings(bodySize: 1000)) { server in
            let fits = #"{"query": "{ hello }"}"#.padding(to: 1000)
            #expect(try await server.post(fits).status == 200)
            let answer = try await server.post(fits + " ")
            #expect(answer.status == 413)
            #expect(answer.code == "BODY_SIZE_LIMIT_EXCEEDED")
            let chunked = try await Command.curl(
                server.url, "-H", "Content-Type: application/json", "-H", "Transfer-Encoding: chunked", "--data",
                fits + " ", "-w", " %{http_code}")
            #expect(chunked.hasSuffix(" 413"))
        }
    }

    @Test("batches are refused, or executed in order up to a number")
    func batches() async throws {
        let batch = #"[{"query": "mutation { add(number: 1) }"}, {"query": "{ nope }"}, {"query": "{ hello }"}]"#
        try await CounterServer.run { server in
            let answer = try await server.post(batch)
            #expect(answer.status == 400)
            #expect(answer.code == "BATCH_LIMIT_EXCEEDED")
            #expect(server.ledger.sum == 0)
        }
        try await CounterServer.run(GraphQLTransportSettings(batchSize: 3)) { server in
            let answer = try await server.post(batch)
            #expect(answer.status == 200)
            #expect(answer.json?[0] == ["data": ["add": 1]])
            #expect(answer.json?[1]?["errors"]?[0]?["extensions"]?["code"] == "GRAPHQL_VALIDATION_FAILED")
            #expect(answer.json?[2] == ["data": ["hello": "hello world"]])
            #expect(server.ledger.contexts == 3)
            let tooMany = batch.replacing("]", with: ", {}]")
            for wrong in ["[]", "[1]", #"[{"query": "{ hello }"}, {}]"#, tooMany] {
                let refused = try await server.post(wrong)
                #expect(refused.status == 400)
            }
            #expect(server.ledger.sum == 1)
        }
    }

    @Test("OPTIONS is the application's; other methods are 405")
    func methods() async throws {
        try await CounterServer.run { server in
            let options = try await server.send(.OPTIONS)
            #expect(options.status == 204)
            #expect(options.headers["server"] == ["application"])
            for method in [.PUT, .DELETE, .PATCH] as [HTTPMethod] {
                let answer = try await server.send(method)
                #expect(answer.status == 405)
                #expect(answer.headers["allow"] == ["GET, POST"])
            }
        }
    }

    @Test("a context can refuse, and its failures are hidden")
    func contexts() async throws {
        try await CounterServer.run { server in
            func ask(_ token: String) async throws -> CounterServer.Answer {
                try await server.post(["query": "{ whoami }"], headers: [("Authorization", token)])
            }
            #expect(try await ask("good-ann").text == #"{"data":{"whoami":"ann"}}"#)
            let refused = try await ask("bad")
            #expect(refused.status == 401)
            #expect(refused.code == "UNAUTHENTICATED")
            #expect(refused.message == "The token is unknown.")
            #expect(try await ask("forbidden").status == 403)
            let broken = try await ask("broken")
            #expect(broken.status == 500)
            #expect(broken.message == "Internal server error.")
        }
    }

    @Test("each operation is reported at its end")
    func reports() async throws {
        try await CounterServer.run { server in
            _ = try await server.post(["query": "query Greeting { hello broken }"])
            _ = try await server.post(["query": "mutation { add(number: 1) }"])
            _ = try await server.post(["query": "{"])
            let reports = server.ledger.reports
            #expect(reports.map(\.name) == ["Greeting", nil, nil])
            #expect(reports.map(\.kind) == [.query, .mutation, nil])
            #expect(reports.map(\.errors) == [1, 0, 1])
            #expect(reports.allSatisfy { $0.transport == .http && $0.duration > .zero })
        }
    }
}

extension String {
    fileprivate func padding(to length: Int) -> String { self + String(repeating: " ", count: length - utf8.count) }
}
