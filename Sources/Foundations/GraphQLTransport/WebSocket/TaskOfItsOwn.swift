/// Does something that happens once in the life of a long task in a child task.
///
/// A task keeps all of the stack that it ever needed until it ends. What sets a subscription up needs twenty times what
/// its events do, and thousands of subscriptions are open for days.
func inTaskOfItsOwn<Value: Sendable>(_ body: @escaping @Sendable () async -> Value) async -> Value? {
    await withTaskGroup(of: Value.self) { group in
        group.addTask(operation: body)
        return await group.next()
    }
}
