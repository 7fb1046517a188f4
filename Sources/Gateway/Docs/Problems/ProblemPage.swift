/// The text of a problem's page. Each member is Markdown.
struct ProblemPage: Sendable {
    /// The meaning of the problem, and its limits.
    let meaning: String
    /// Most likely first.
    let causes: String
    /// Places to look, and commands to look with.
    let check: String
    let fix: String
    /// The party that must act, and its `action`.
    let actor: String
    /// The answer to whether and when the same request may be sent again.
    let again: String

    func html(_ markdown: Markdown) -> HTML {
        """
        \(markdown.blocks(meaning))
        <h2 id="causes">Likely causes</h2>
        \(markdown.blocks(causes))
        <h2 id="check">What to check</h2>
        \(markdown.blocks(check))
        <h2 id="fix">How to fix it</h2>
        \(markdown.blocks(fix))
        <h2 id="act">Who must act</h2>
        \(markdown.blocks(actor))
        <h2 id="again">May I send it again?</h2>
        \(markdown.blocks(again))
        """
    }
}
