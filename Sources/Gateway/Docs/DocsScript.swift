/// The script of `/docs`, as it is served: search, copying, trying. The pages read well without it, so what needs it is
/// made by it. Replies become text, never markup, and a credential stays in a variable of the page: it is in no URL, in
/// no storage, and in no form that a browser would remember.
enum DocsScript {
    static let text = [basis, search, trying, page].joined(separator: "\n")

    private static let basis = #"""
        "use strict";

        const all = (selector, root = document) => [...root.querySelectorAll(selector)];
        const one = (selector, root = document) => root.querySelector(selector);

        /** An element with attributes (`true` for one without a value) and children, of which strings become text. */
        function make(name, attributes = {}, ...children) {
          const element = document.createElement(name);
          for (const [key, value] of Object.entries(attributes)) {
            if (value !== false) element.setAttribute(key, value === true ? "" : value);
          }
          element.append(...children);
          return element;
        }

        const said = make("p", { class: "said", role: "status", "aria-live": "polite" });
        document.body.append(said);


        // Copying

        function codeBox(title, text) {
          return addCopy(make("figure", { class: "code" }, make("figcaption", {}, title),
            make("pre", { tabindex: "0" }, make("code", {}, text))));
        }

        function addCopy(box) {
          const what = one("figcaption", box)?.textContent ?? "code";
          const button = make("button", { type: "button", class: "copy", "aria-label": `Copy: ${what}` }, "Copy");
          button.addEventListener("click", async () => {
            const done = await copy(one("code", box));
            button.textContent = done ? "Copied" : "Press Ctrl-C";
            said.textContent = done ? `Copied: ${what}` : "Selected; press Control C to copy";
            setTimeout(() => { button.textContent = "Copy"; said.textContent = ""; }, 2000);
          });
          box.append(button);
          return box;
        }

        /** Browsers have a clipboard on https and on localhost only; elsewhere the text is selected. */
        async function copy(code) {
          try {
            await navigator.clipboard.writeText(code.textContent);
            return true;
          } catch {
            getSelection().selectAllChildren(code);
            return document.execCommand("copy");
          }
        }

        """#

    private static let page = #"""
        // The page

        const host = one("#examples ~ .code code");
        if (host) host.textContent = host.textContent.replace(/^(export GATEWAY=).*$/m, `$1${location.origin}`);
        all(".code").forEach(addCopy);
        all(".operation[data-method]").forEach(addTry);
        const search = one(".search");
        if (search) startSearch(search);
        const contents = one(".contents");
        if (contents) followReading(contents);

        """#
}
