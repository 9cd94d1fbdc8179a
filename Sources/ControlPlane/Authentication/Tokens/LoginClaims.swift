import JWTKit

/// What a token says. `uid`, `role`, `username` and `exp` are as upstream's; programs that read tokens pass over the rest.
struct LoginClaims: JWTPayload {
    var uid: String
    var role: AccountRole
    var username: String
    /// Seconds since 1970.
    var exp: Int64
    /// Makes tokens of the same second differ.
    var jti: String?
    /// The user's `tokenGeneration` when it was issued; nil in imported tokens.
    var gen: Int?
    /// True in tokens for programs, which are valid while they are in the list of the user's tokens.
    var api: Bool?

    // Against a clock that tests can set: see `TokenService`.
    func verify(using algorithm: some JWTAlgorithm) {}
}
