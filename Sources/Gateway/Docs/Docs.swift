/// The contract as pages.
struct Docs: Feature {
    let identity: Identity

    var routes: [Route] { identity.routes { DocsRoutes().add(to: &$0) } }
}
