/// The API surfaces whose callers have keys, sessions or the admin token.
enum IdentitySurfaces {
    static let all = [APISurface("/api/", allowsOrigins: true), APISurface("/admin/", takesAnyToken: true)]

    /// The surface of every other path.
    static let fallback = APISurface("/")
}
