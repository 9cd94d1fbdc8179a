import Glibc

/// MongoDB's C driver, loaded when the first database of that kind is opened, so that the program starts without it.
///
/// Only what running commands needs is looked up; documents are made and read by `BSON`.
struct MongoLibrary: Sendable {
    typealias Bytes = UnsafePointer<UInt8>

    let uriNew: @convention(c) (UnsafePointer<CChar>, UnsafeMutableRawPointer) -> OpaquePointer?
    let uriDestroy: @convention(c) (OpaquePointer) -> Void
    let poolNew: @convention(c) (OpaquePointer, UnsafeMutableRawPointer) -> OpaquePointer?
    let poolSetErrorAPI: @convention(c) (OpaquePointer, Int32) -> Bool
    let poolSetName: @convention(c) (OpaquePointer, UnsafePointer<CChar>) -> Bool
    let poolPop: @convention(c) (OpaquePointer) -> OpaquePointer?
    let poolPush: @convention(c) (OpaquePointer, OpaquePointer) -> Void
    let poolDestroy: @convention(c) (OpaquePointer) -> Void
    let command:
        @convention(c) (
            OpaquePointer, UnsafePointer<CChar>, OpaquePointer, OpaquePointer?, UnsafeMutableRawPointer,
            UnsafeMutableRawPointer
        ) -> Bool
    let bsonNew: @convention(c) (Bytes, Int) -> OpaquePointer?
    let bsonData: @convention(c) (UnsafeMutableRawPointer) -> Bytes?
    let bsonDestroy: @convention(c) (UnsafeMutableRawPointer) -> Void

    /// `bson_t` is 128 bytes on 128, `bson_error_t` 512 bytes, in every libbson 1.x.
    static let bsonSize = 128
    static let errorSize = 512

    /// What is loaded is never unloaded: the driver keeps threads.
    static let shared = Result { () throws(DocumentStoreError) in try MongoLibrary(named: "libmongoc-1.0.so.0") }

    /// - Throws: `DocumentStoreError.driverMissing`.
    init(named name: String) throws(DocumentStoreError) {
        guard let handle = dlopen(name, RTLD_NOW | RTLD_GLOBAL) else {
            throw .driverMissing(dlerror().map { String(cString: $0) } ?? name)
        }
        func symbol<Function>(_ symbol: String, _: Function.Type) throws(DocumentStoreError) -> Function {
            guard let address = dlsym(handle, symbol) else {
                throw .driverMissing("\(name) has no \(symbol); version 1.21 or later of the 1.x line is needed")
            }
            return unsafeBitCast(address, to: Function.self)
        }
        let initialise = try symbol("mongoc_init", (@convention(c) () -> Void).self)
        uriNew = try symbol("mongoc_uri_new_with_error", type(of: uriNew))
        uriDestroy = try symbol("mongoc_uri_destroy", type(of: uriDestroy))
        poolNew = try symbol("mongoc_client_pool_new_with_error", type(of: poolNew))
        poolSetErrorAPI = try symbol("mongoc_client_pool_set_error_api", type(of: poolSetErrorAPI))
        poolSetName = try symbol("mongoc_client_pool_set_appname", type(of: poolSetName))
        poolPop = try symbol("mongoc_client_pool_pop", type(of: poolPop))
        poolPush = try symbol("mongoc_client_pool_push", type(of: poolPush))
        poolDestroy = try symbol("mongoc_client_pool_destroy", type(of: poolDestroy))
        command = try symbol("mongoc_client_command_simple", type(of: command))
        bsonNew = try symbol("bson_new_from_data", type(of: bsonNew))
        bsonData = try symbol("bson_get_data", type(of: bsonData))
        bsonDestroy = try symbol("bson_destroy", type(of: bsonDestroy))
        initialise()
    }
}
