/// What a person who meets a problem needs to know. Each text is Markdown.
struct ProblemPage: Sendable {
    /// What it says, and what it does not.
    let meaning: String
    /// Most likely first.
    let causes: String
    /// Places to look, and commands to look with.
    let check: String
    let fix: String
    /// Who must act, and the `action` that says so.
    let actor: String
    /// Whether and when the same request may be sent again.
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
