import KubernetesAPI
import Testing

@testable import APIServerHTTP

@Suite struct QueryTests {
    @Test("kubectl's wait query is read whole")
    func listOptions() throws {
        let query = Query(
            "allowWatchBookmarks=true&fieldSelector=metadata.name%3Dweb&labelSelector=app%20in%20(a%2Cb)"
                + "&resourceVersionMatch=NotOlderThan&sendInitialEvents=true&timeoutSeconds=30&watch=true&limit=500"
                + "&continue=abc%3D&resourceVersion=0")
        let options = try query.listOptions()
        #expect(try query.isWatch)
        #expect(options.allowWatchBookmarks && options.sendInitialEvents)
        #expect(options.fieldSelector == FieldSelector(name: "web"))
        #expect(options.labelSelector.matches(["app": "b"]) && !options.labelSelector.matches(["app": "c"]))
        #expect(options.resourceVersionMatch == "NotOlderThan" && options.resourceVersion == "0")
        #expect(options.timeoutSeconds == 30 && options.limit == 500 && options.continueToken == "abc=")
    }

    @Test(
        "A parameter that cannot be read is a 400 that names it",
        arguments: [
            "limit=ten", "limit=-1", "timeoutSeconds=x", "watch=maybe", "resourceVersionMatch=Older",
            "allowWatchBookmarks=2",
        ])
    func badListOptions(text: String) throws {
        let name = text.prefix { $0 != "=" }
        let error = #expect(throws: Status.self) {
            let query = Query(text)
            _ = try query.isWatch
            _ = try query.listOptions()
        }
        #expect(error?.code == 400)
        #expect(error?.message.contains("\"\(name)\"") == true)
    }

    @Test("Only a dry run of everything is one")
    func dryRun() throws {
        #expect(try Query("dryRun=All").writeOptions(userAgent: nil).dryRun)
        #expect(try !Query("fieldManager=x").writeOptions(userAgent: nil).dryRun)
        #expect(throws: Status.self) { try Query("dryRun=Some").writeOptions(userAgent: nil) }
    }

    @Test("Without a field manager the program's name is taken")
    func fieldManager() throws {
        let agent = "kubectl/v1.37.1 (linux/amd64)"
        #expect(try Query("").writeOptions(userAgent: agent).fieldManager == "kubectl")
        #expect(try Query("fieldManager=me").writeOptions(userAgent: agent).fieldManager == "me")
    }

    @Test("Delete options come from the body, and from the query where it has none")
    func deleteOptions() throws {
        let body: JSON = [
            "propagationPolicy": "Foreground", "gracePeriodSeconds": 0, "preconditions": ["uid": "u1"],
            "dryRun": ["All"],
        ]
        let options = try Query("gracePeriodSeconds=30").deleteOptions(body: body)
        #expect(options.propagationPolicy == .foreground)
        #expect(options.gracePeriodSeconds == 0)
        #expect(options.uid == "u1")
        #expect(options.dryRun)
        #expect(try Query("propagationPolicy=Orphan").deleteOptions(body: nil).propagationPolicy == .orphan)
        #expect(throws: Status.self) { try Query("propagationPolicy=Never").deleteOptions(body: nil) }
    }
}
