/// The page on which a person picks an account and allows or cancels.
///
/// It posts `email`, `calendar=on` (Google only; absent when unticked) and `decision=allow|cancel` to its own URL.
struct ConsentPage: Sendable {
    let vendor: String
    let accent: String
    let clientID: String
    let scopes: [String]
    /// Google lets people untick single scopes (granular consent, facts 1.4); Microsoft does not.
    let granular: Bool
    let email: String
    var problem: String?

    var html: String {
        let trouble = problem.map { "<p class=\"note\" role=\"alert\">\(Page.escape($0))</p>" } ?? ""
        return Page.shell(
            title: "Sign in: \(vendor) sandbox", accent: accent,
            content: ProviderAssets.consentHTML(
                vendor: vendor, trouble: trouble, email: email,
                calendar: granular ? ProviderAssets.calendarChoiceHTML : "", client: clientID,
                rights: scopes.map { "<li><code>\(Page.escape($0))</code></li>" }.joined()))
    }

    /// The vendor's own error page, without a redirect.
    static func fault(_ fault: AuthorizeRequest.Fault, vendor: String, accent: String) -> Reply {
        let content = ProviderAssets.errorHTML(vendor: vendor, code: fault.code, reason: fault.reason)
        return .html(400, Page.shell(title: "Error 400: \(fault.code)", accent: accent, content: content))
    }

    /// The address a person typed, in lower case; nil when it is none.
    static func address(_ text: String?) -> String? {
        guard let text = text?.lowercased(), !text.contains(" ") else { return nil }
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        return parts.count == 2 && !parts[0].isEmpty && parts[1].contains(".") ? text : nil
    }
}
