import ControlPlaneTesting
import DocumentStore
import Foundation
import Testing

@testable import Authentication

@Suite("Passwords")
struct PasswordTests {
    @Test("the digits of π are those that Blowfish begins with")
    func pi() {
        let words = PiDigits.fraction(words: 18 + 1024)
        #expect(Array(words[0..<4]) == [0x243F_6A88, 0x85A3_08D3, 0x1319_8A2E, 0x0370_7344])
        #expect(words[18] == 0xD131_0BA6)
        // The last word of the last S-box.
        #expect(words[1041] == 0x3AC3_72E6)
    }

    @Test(
        "hashes that Python's bcrypt made are verified",
        arguments: [
            ("litmus", "$2b$04$tpumbeATFc0gGfGvhVQbjeHhBQaRNxk6V15J31uSnf9.HykASMGWa"),
            ("", "$2a$04$76Dstoz7CtA0/mXWaflsp.dE5j5N7MX1tNzSdPUfohjypdreLsbIe"),
            ("pässwörd ☃", "$2b$05$BOU8IOkuKpvw/aZRV2NYwuqg44cEXa/XafnygjeQqRbAIfaO5zrF2"),
            (String(repeating: "x", count: 71), "$2b$04$agy.IEcQtYHbagAAKdoBA.MG8GwJuPx/ogqpJ4KpN4O3hADSEH8lW"),
            (String(repeating: "x", count: 72), "$2b$04$iaY.FC3D7O0VidOJ11mvsOz4W1.r9Hsasqx9U/V4JglUCAxq/lRbu"),
            ("Litmus@1", "$2a$08$zRk0GlUcEl8oN2Ifsrnrsu8PWFQG/vPkfwyay8ZCOFwLlcT2Itlt2"),
            // From the vectors of the reference implementation.
            ("U*U", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"),
            ("U*U*U", "$2a$05$XXXXXXXXXXXXXXXXXXXXXOAcXxm9kjPGEMsLznoKqmqw7tc8WCx4a"),
        ])
    func bcrypt(_ password: String, _ hash: String) throws {
        let parsed = try #require(Bcrypt(hash))
        #expect(parsed.matches(Array(password.utf8)))
        #expect(!parsed.matches(Array((password + "y").utf8)) || password.utf8.count >= 72)
        #expect(!parsed.matches(Array("Wrong@11".utf8)))
    }

    @Test("what is no bcrypt hash is none, and one that would take minutes is refused")
    func noBcrypt() {
        let hash = "$2b$04$tpumbeATFc0gGfGvhVQbjeHhBQaRNxk6V15J31uSnf9.HykASMGWa"
        #expect(Bcrypt(hash) != nil)
        for broken in [
            "", "x", String(hash.dropLast()), hash + "x", hash.replacingOccurrences(of: "$04$", with: "$31$"),
            hash.replacingOccurrences(of: "$2b$", with: "$2x$"), hash.replacingOccurrences(of: "tpum", with: "t!um"),
        ] {
            #expect(Bcrypt(broken) == nil)
        }
    }

    @Test("scrypt gives what RFC 7914 says")
    func scryptVector() throws {
        let parameters = ScryptParameters(logN: 10, blockSize: 8, parallelism: 16)
        let key = try ScryptHash.derive(Array("password".utf8), salt: Array("NaCl".utf8), count: 64, parameters)
        #expect(Array(key.prefix(8)) == [0xfd, 0xba, 0xbe, 0x1c, 0x9d, 0x34, 0x72, 0x00])
        #expect(Array(key.suffix(4)) == [0xa2, 0xcc, 0x06, 0x40])
    }

    @Test("a stored hash has all that it takes to verify it, and no two are the same")
    func scryptText() throws {
        let cheap = ScryptParameters(logN: 4, blockSize: 4, parallelism: 2)
        let password = Array("Litmus@1".utf8)
        let hash = try ScryptHash(of: password, cheap)
        #expect(hash.description.hasPrefix("$scrypt$ln=4,r=4,p=2$"))
        let read = try #require(ScryptHash(hash.description))
        #expect(read == hash)
        #expect(try read.matches(password))
        #expect(try !read.matches(Array("Litmus@2".utf8)))
        #expect(try ScryptHash(of: password, cheap).description != hash.description)
        for broken in ["", "$scrypt$", "$scrypt$ln=99,r=8,p=1$AAAA$AAAA", "$scrypt$ln=4,r=4$AAAAAAAAAAA$AAAA"] {
            #expect(ScryptHash(broken) == nil)
        }
    }

    @Test("a few passwords are hashed at a time, and so many wait")
    func crowd() async throws {
        let hasher = PasswordHasher(ScryptParameters(logN: 10, blockSize: 8, parallelism: 1), concurrency: 1)
        let results = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<200 {
                group.addTask {
                    do {
                        _ = try await hasher.hash("Litmus@1")
                        return true
                    } catch {
                        #expect(error as? AuthenticationError == .busy)
                        return false
                    }
                }
            }
            return await group.reduce(into: [Bool: Int]()) { $0[$1, default: 0] += 1 }
        }
        // One at work and 64 that wait, at least; whoever came when the crowd was smaller got in too.
        #expect(results[true, default: 0] >= 65)
        #expect(try await hasher.verify("Litmus@1", against: try await hasher.hash("Litmus@1")).matches)
    }

    @Test(
        "the policy of passwords",
        arguments: [
            ("Litmus@1", true), ("Litmus@1Litmus@1", true), ("Litmus@1Litmus@12", false), ("Lit@1", false),
            ("litmus@1", false), ("LITMUS@1", false), ("Litmus@@", false), ("Litmus11", false), ("Litmus-1", false),
            ("Litm\u{7}s@1", false), ("", false),
        ])
    func policy(_ password: String, _ isAdmitted: Bool) {
        #expect(PasswordPolicy.standard.admits(password) == isAdmitted)
    }

    @Test("an outdated hash is replaced at the login", arguments: Engine.allCases)
    func rehash(_ engine: Engine) async throws {
        let bcrypt = "$2a$08$zRk0GlUcEl8oN2Ifsrnrsu8PWFQG/vPkfwyay8ZCOFwLlcT2Itlt2"
        try await TestServer.run(
            engine,
            prepare: { database in
                // As upstream stores it.
                let users = try database.collection(named: "users")
                try await users.insert([
                    "_id": "0c1a", "username": "old", "password": .string(bcrypt), "salt": "", "role": "user",
                    "is_initial_login": false, "created_at": 1_700_000_000_000, "updated_at": 1_700_000_000_000,
                    "is_removed": false,
                ])
            }
        ) { server in
            #expect(try await server.login("old", "Litmus@2").status == 401)
            #expect(try await server.login("old", "Litmus@1").status == 200)
            let users = try server.database.collection(named: "users")
            let stored = try #require(try await users.get("0c1a")?["password"]?.string)
            #expect(stored.hasPrefix("$scrypt$ln=4,"))
            #expect(try await server.login("old", "Litmus@1").status == 200)
        }
    }
}
