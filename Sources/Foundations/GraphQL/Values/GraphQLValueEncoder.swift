extension GraphQLValue {
    /// The value of an `Encodable`, its members in the order in which it encodes them. Throws what its encoding throws.
    public init(encoding value: some Encodable) throws {
        self = try Self.encode(value, path: [])
    }

    fileprivate static func encode(_ value: some Encodable, path: [any CodingKey]) throws -> GraphQLValue {
        if let value = value as? GraphQLValue { return value }
        let slot = Slot()
        try value.encode(to: ValueEncoder(slot: slot, codingPath: path))
        return slot.value
    }
}

/// Where an encoder leaves its value: directly, or in the members or elements that its containers fill.
private final class Slot {
    private var single: GraphQLValue?
    private var members: [(String, Slot)]?
    private var items: [Slot]?

    var value: GraphQLValue {
        if let single { return single }
        if let items { return .list(items.map(\.value)) }
        return .object(GraphQLObject(uniqueKeysWithValues: (members ?? []).map { ($0.0, $0.1.value) }))
    }

    var count: Int { items?.count ?? 0 }

    func set(_ value: GraphQLValue) { single = value }
    func becomeObject() { members = members ?? [] }
    func becomeList() { items = items ?? [] }

    func member(_ key: String) -> Slot {
        let slot = Slot()
        var members = members ?? []
        if let index = members.firstIndex(where: { $0.0 == key }) {
            members[index].1 = slot
        } else {
            members.append((key, slot))
        }
        self.members = members
        return slot
    }

    func item() -> Slot {
        let slot = Slot()
        items = (items ?? []) + [slot]
        return slot
    }
}

private struct ValueEncoder: Encoder {
    let slot: Slot
    let codingPath: [any CodingKey]
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        slot.becomeObject()
        return KeyedEncodingContainer(ObjectEncoder(slot: slot, codingPath: codingPath))
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer {
        slot.becomeList()
        return ListEncoder(slot: slot, codingPath: codingPath)
    }

    func singleValueContainer() -> any SingleValueEncodingContainer { self }
}

extension ValueEncoder: SingleValueEncodingContainer {
    func encodeNil() { slot.set(.null) }
    func encode(_ value: Bool) { slot.set(.bool(value)) }
    func encode(_ value: String) { slot.set(.string(value)) }
    func encode(_ value: Double) { slot.set(.double(value)) }
    func encode(_ value: Float) { slot.set(.double(Double(value))) }
    func encode(_ value: Int) { slot.set(.int(value)) }
    func encode(_ value: Int8) { integer(value) }
    func encode(_ value: Int16) { integer(value) }
    func encode(_ value: Int32) { integer(value) }
    func encode(_ value: Int64) { integer(value) }
    func encode(_ value: UInt) { integer(value) }
    func encode(_ value: UInt8) { integer(value) }
    func encode(_ value: UInt16) { integer(value) }
    func encode(_ value: UInt32) { integer(value) }
    func encode(_ value: UInt64) { integer(value) }

    private func integer(_ value: some FixedWidthInteger) {
        slot.set(Int(exactly: value).map(GraphQLValue.int) ?? .double(Double(value)))
    }

    func encode(_ value: some Encodable) throws { slot.set(try GraphQLValue.encode(value, path: codingPath)) }
}

private struct ObjectEncoder<Key: CodingKey>: KeyedEncodingContainerProtocol {
    let slot: Slot
    let codingPath: [any CodingKey]

    private func encoder(_ key: any CodingKey) -> ValueEncoder {
        ValueEncoder(slot: slot.member(key.stringValue), codingPath: codingPath + [key])
    }

    func encodeNil(forKey key: Key) { encoder(key).encodeNil() }

    func encode(_ value: some Encodable, forKey key: Key) throws { try encoder(key).encode(value) }

    func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type, forKey key: Key
    ) -> KeyedEncodingContainer<Nested> {
        encoder(key).container(keyedBy: type)
    }

    func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer { encoder(key).unkeyedContainer() }
    func superEncoder() -> any Encoder { ValueEncoder(slot: slot.member("super"), codingPath: codingPath) }
    func superEncoder(forKey key: Key) -> any Encoder { encoder(key) }
}

private struct ListEncoder: UnkeyedEncodingContainer {
    let slot: Slot
    let codingPath: [any CodingKey]
    var count: Int { slot.count }

    private func encoder() -> ValueEncoder { ValueEncoder(slot: slot.item(), codingPath: codingPath) }

    func encodeNil() { encoder().encodeNil() }
    func encode(_ value: some Encodable) throws { try encoder().encode(value) }

    func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type) -> KeyedEncodingContainer<Nested> {
        encoder().container(keyedBy: type)
    }

    func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer { encoder().unkeyedContainer() }
    func superEncoder() -> any Encoder { encoder() }
}
