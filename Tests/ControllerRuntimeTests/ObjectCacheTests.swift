import KubernetesAPI
import Testing

@testable import ControllerRuntime

@Suite struct ObjectCacheTests {
    private func map(_ name: String, version: Int, uid: String = "u", value: String = "") -> ConfigMap {
        var map = ConfigMap(name: name, namespace: "ns")
        map.metadata.uid = uid
        map.metadata.resourceVersion = String(version)
        if !value.isEmpty { map.data = ["v": value] }
        return map
    }

    private let key = ObjectKey(namespace: "ns", name: "a")

    @Test("an own write is seen at once, and the watch that tells it again changes nothing")
    func ownWrite() {
        var cache = ObjectCache<ConfigMap>()
        _ = cache.replace(with: [], version: "10")
        #expect(cache.record(written: map("a", version: 12), matches: true) == [.added(map("a", version: 12))])
        #expect(cache.get(key) != nil)
        #expect(cache.apply(.added(map("a", version: 12).json)) == [])
    }

    @Test("an own write that the watch has overtaken does not bring a deleted object back")
    func overtakenWrite() {
        var cache = ObjectCache<ConfigMap>()
        _ = cache.replace(with: [], version: "10")
        _ = cache.apply(.added(map("a", version: 12).json))
        _ = cache.apply(.deleted(map("a", version: 13).json))
        #expect(cache.record(written: map("a", version: 12), matches: true) == [])
        #expect(cache.get(key) == nil)
    }

    @Test("an own write newer than a list survives the list")
    func writeSurvivesOlderList() {
        var cache = ObjectCache<ConfigMap>()
        _ = cache.replace(with: [], version: "10")
        _ = cache.record(written: map("a", version: 15), matches: true)
        _ = cache.replace(with: [], version: "14")
        #expect(cache.get(key) != nil)
        #expect(cache.replace(with: [], version: "16") == [.deleted(map("a", version: 15))])
    }

    @Test("an own deletion is not undone by older changes that arrive late")
    func ownDeletion() {
        var cache = ObjectCache<ConfigMap>()
        _ = cache.replace(with: [map("a", version: 5)], version: "10")
        #expect(cache.record(deletedUID: "u", key: key).count == 1)
        #expect(cache.apply(.modified(map("a", version: 11).json)) == [])
        #expect(cache.apply(.deleted(map("a", version: 12).json)) == [])
        #expect(cache.get(key) == nil)
        #expect(cache.apply(.added(map("a", version: 13, uid: "new").json)).count == 1)
    }

    @Test("the deletion of an object's predecessor does not remove its successor of the same name")
    func successor() {
        var cache = ObjectCache<ConfigMap>()
        _ = cache.replace(with: [map("a", version: 5, uid: "old")], version: "10")
        _ = cache.record(written: map("a", version: 20, uid: "new"), matches: true)
        _ = cache.apply(.deleted(map("a", version: 19, uid: "old").json))
        #expect(cache.get(key)?.uid == "new")
    }

    @Test("an object replaced unseen is told as deleted and added")
    func replacedUnseen() {
        var cache = ObjectCache<ConfigMap>()
        let old = map("a", version: 5, uid: "old")
        let new = map("a", version: 12, uid: "new")
        _ = cache.replace(with: [old], version: "10")
        #expect(cache.replace(with: [new], version: "12") == [.deleted(old), .added(new)])
    }

    @Test("indices follow every change")
    func indices() {
        var cache = ObjectCache<ConfigMap>()
        cache.addIndex("value") { Array($0.data.values) }
        _ = cache.replace(with: [map("a", version: 1, value: "x"), map("b", version: 2, value: "x")], version: "3")
        #expect(cache.list(index: "value", value: "x").count == 2)
        _ = cache.apply(.modified(map("b", version: 4, value: "y").json))
        _ = cache.apply(.deleted(map("a", version: 5).json))
        #expect(cache.list(index: "value", value: "x") == [])
        #expect(cache.list(index: "value", value: "y").map(\.name) == ["b"])
    }
}
