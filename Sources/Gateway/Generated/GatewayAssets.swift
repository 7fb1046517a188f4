// swift-format-ignore-file
/// Made by `make contract` from the files of the Assets folders; a test compares them.
enum ConsentAssets {
    /// `refused.html`
    static let refusedHTML = ##"""
        <!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
        <title>Connecting did not work</title>
        <style>body{font:16px/1.5 system-ui,sans-serif;max-width:34em;margin:15vh auto;padding:0 \##
        1em;color-scheme:light dark}
        </style><h1>Connecting did not work</h1>
        <p>This link has been used already, has expired, or was not made for this place. Nothing was connected.</p>
        <p>Please go back to the app and start again.</p></html>

        """##
}

enum DocsAssets {
    /// `contents.html`
    static func contentsHTML(guide: HTML, groups: HTML) -> HTML {
        ##"""
        <nav class="contents" aria-label="Contents">
        <form class="search" role="search" hidden>
        <label for="search">Search the operations</label>
        <input id="search" type="search" placeholder="Search the operations" autocomplete="off" spellcheck="false" \##
        aria-describedby="hits">
        <kbd title="Press / to search">/</kbd>
        <p id="hits" role="status" aria-live="polite"></p>
        </form>
        <ul class="groups">
        <li class="guide"><a href="#introduction">Introduction</a>
        <ul>
        \##(guide)<li><a href="#examples">The examples</a></li>
        </ul></li>
        \##(groups)
        </ul>
        </nav>
        """##
    }

    /// `docs.css`
    static let docsCSS = ##"""
        :root {
          --page: #fff; --side: #f6f7f9; --box: #f4f6f8; --text: #1b2330; --soft: #525d6d; --line: #dbe0e6;
          --link: #1b5aa6;
          --get: #17653a; --get-box: #e3f2e8; --post: #1b5aa6; --post-box: #e4eefa; --put: #7d4b00; --put-box: \##
        #faeed6;
          --patch: #6d3a94; --patch-box: #f1e8f8; --delete: #a8261e; --delete-box: #fbe6e4;
          --sans: system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif;
          --mono: ui-monospace, "SF Mono", "Cascadia Mono", "DejaVu Sans Mono", Menlo, Consolas, monospace;
          --top: 1rem;
        }
        @media (prefers-color-scheme: dark) {
          :root {
            --page: #12161c; --side: #171c23; --box: #1a2029; --text: #e2e7ee; --soft: #a3aebc; --line: #2d3541;
            --link: #86b7f3;
            --get: #83d3a3; --get-box: #16301f; --post: #86b7f3; --post-box: #182c45; --put: #ecb866;
            --put-box: #362810;
            --patch: #cda4ee; --patch-box: #2e2039; --delete: #f29a93; --delete-box: #3c1d1b;
          }
        }

        *, ::before, ::after { box-sizing: border-box; }
        [hidden] { display: none !important; }
        html { color-scheme: light dark; scroll-padding-top: var(--top); -webkit-text-size-adjust: 100%; }
        body { margin: 0; background: var(--page); color: var(--text); font: 1rem/1.6 var(--sans); }
        a { color: var(--link); text-underline-offset: .25em; text-decoration-thickness: .06em; }
        a:hover { text-decoration-thickness: .12em; }
        :focus-visible { outline: .16rem solid var(--link); outline-offset: .13rem; border-radius: .15rem; }
        main:focus { outline: none; }
        code, pre, .method, .status, kbd { font-family: var(--mono); }
        code { font-size: .875em; overflow-wrap: anywhere; }
        .skip { position: absolute; left: -100rem; padding: .5rem 1rem; background: var(--page); z-index: 3; }
        .skip:focus { left: .5rem; top: .5rem; }
        .said { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%);
          white-space: nowrap; }

        /* The frame: contents beside, the page in the middle. */
        .top { display: flex; flex-wrap: wrap; gap: .25rem 1.5rem; justify-content: space-between;
          align-items: baseline;
          padding: .8rem 1.5rem; border-bottom: 1px solid var(--line); }
        .top p { margin: 0; }
        .name a { color: inherit; font-weight: 650; text-decoration: none; }
        .version { color: var(--soft); font-size: .875rem; }
        .site { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; font-size: .9375rem; }
        .docs .frame { display: grid; grid-template-columns: 18.5rem minmax(0, 1fr); }
        .contents { position: sticky; top: 0; align-self: start; height: 100vh; overflow-y: auto;
          padding: 0 1rem 2rem 1.5rem;
          background: var(--side); border-right: 1px solid var(--line); font-size: .875rem; line-height: 1.4; }
        .contents ul { list-style: none; margin: 0; padding: 0; }
        .contents a { display: block; padding: .22rem .5rem; border-radius: .25rem; color: inherit;
          text-decoration: none; }
        .contents a:hover { background: var(--line); }
        .contents a[aria-current] { background: var(--post-box); color: var(--link); }
        .groups > li { margin-top: 1rem; }
        .groups > li > a { font-weight: 650; }
        .groups li li a { display: flex; gap: .5rem; align-items: baseline; }
        .groups a .method { flex: none; width: 2.9rem; padding: 0; background: none; font-size: .6875rem;
          text-align: right; }
        .search { position: sticky; top: 0; z-index: 1; padding: 1rem 0 .25rem; background: var(--side); }
        .search label { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
        .search input { width: 100%; padding: .45rem 2rem .45rem .65rem; }
        .search kbd { position: absolute; right: .6rem; top: 1.45rem; padding: 0 .35rem; border: 1px solid \##
        var(--line);
          border-radius: .2rem; color: var(--soft); font-size: .75rem; pointer-events: none; }
        .search input:focus + kbd { display: none; }
        .search p { min-height: 1.4em; margin: .25rem 0 0; color: var(--soft); }
        main { padding: 0 2.5rem 6rem; max-width: 84rem; }

        /* Words. */
        h1 { margin: 2.25rem 0 .5rem; font-size: 2rem; line-height: 1.2; letter-spacing: -.01em; }
        h2 { margin: 2.5rem 0 .75rem; font-size: 1.375rem; line-height: 1.3; }
        h3 { margin: 0; font-size: 1.1875rem; line-height: 1.35; }
        h4 { margin: 1.75rem 0 .25rem; font-size: .8125rem; letter-spacing: .04em; text-transform: uppercase;
          color: var(--soft); }
        h4 b { color: var(--text); }
        h2 a, h3 a { color: inherit; text-decoration: none; }
        h2 a:hover::after, h3 a:hover::after { content: " #"; color: var(--soft); }
        p { margin: .75rem 0; }
        .lead { font-size: 1.1875rem; color: var(--soft); }
        .intro, .about { max-width: 46rem; }
        main ol, main ul { padding-left: 1.5rem; }
        .intro li, .problem li { margin: .45rem 0; }
        .nothing { margin-top: 3rem; color: var(--soft); }
        .scroll { overflow-x: auto; margin: 1rem 0; }
        table { border-collapse: collapse; min-width: 100%; font-size: .9375rem; }
        th, td { padding: .5rem 1rem .5rem 0; border-bottom: 1px solid var(--line); text-align: left;
          vertical-align: top; }
        th { color: var(--soft); font-size: .8125rem; font-weight: 600; }
        summary { width: fit-content; cursor: pointer; color: var(--link); font-size: .9375rem; }

        /* An operation: words on the left, code on the right. */
        .tag { margin-top: 3.5rem; border-top: 2px solid var(--line); }
        .operation { display: grid; grid-template-columns: minmax(0, 1fr); column-gap: 2.5rem;
          padding: 2.25rem 0 2.5rem;
          border-top: 1px solid var(--line); }
        .about + .operation { margin-top: 1.5rem; }
        .operation > header { display: grid; grid-template-columns: minmax(0, 1fr) auto; gap: 0 1rem; }
        .operation > header > p { grid-column: 1 / -1; }
        .route { margin: .5rem 0 0; overflow-wrap: anywhere; }
        .route code { font-size: .9375rem; }
        .caller { display: flex; flex-wrap: wrap; gap: .4rem; margin: .6rem 0 0; color: var(--soft); font-size: \##
        .8125rem; }
        .caller span { padding: 0 .5rem; border: 1px solid var(--line); border-radius: 1rem; }
        .method { padding: .1rem .4rem; border-radius: .25rem; font-size: .75rem; font-weight: 700; color: \##
        var(--get);
          background: var(--get-box); }
        .method.POST { color: var(--post); background: var(--post-box); }
        .method.PUT { color: var(--put); background: var(--put-box); }
        .method.PATCH { color: var(--patch); background: var(--patch-box); }
        .method.DELETE { color: var(--delete); background: var(--delete-box); }
        .status { padding: .1rem .45rem; border-radius: .25rem; font-weight: 700; color: var(--delete);
          background: var(--delete-box); }
        main .fields { list-style: none; margin: 0; padding: 0; }
        .fields > li { padding: .55rem 0 .6rem; border-top: 1px solid var(--line); }
        .fields > li:first-child { border-top: 0; }
        .fields p { margin: .15rem 0 0; font-size: .9375rem; }
        main .fields .fields { margin: .5rem 0 0; padding-left: 1rem; border-left: 2px solid var(--line); }
        .field > code { font-weight: 650; }
        .field > span, .fields .limits { font-size: .8125rem; color: var(--soft); }
        .field > .required { color: var(--delete); }
        main .codes { display: flex; flex-wrap: wrap; gap: .3rem .9rem; list-style: none; margin: .4rem 0 0; \##
        padding: 0;
          font-size: .875rem; color: var(--soft); }
        .reply p { margin: .25rem 0; font-size: .9375rem; }
        .more { margin: .5rem 0; }

        /* Code: it scrolls in its box, never the page. */
        figure { margin: 0; }
        .code { position: relative; margin: 1rem 0; border: 1px solid var(--line); border-radius: .4rem;
          background: var(--box); }
        .code figcaption { padding: .4rem .8rem .3rem; border-bottom: 1px solid var(--line); color: var(--soft);
          font-size: .8125rem; }
        .code pre { margin: 0; padding: .75rem .8rem; max-height: 30rem; overflow: auto; font-size: .8125rem;
          line-height: 1.55;
          tab-size: 2; }
        .code pre:first-child { padding-right: 4.5rem; }
        .code pre code { font-size: inherit; overflow-wrap: normal; }
        .code b { font-weight: 400; color: var(--link); }
        .code i { font-style: normal; color: var(--get); }
        .code em { font-style: normal; color: var(--put); }
        .copy { position: absolute; right: .3rem; top: .25rem; padding: .1rem .5rem; font-size: .75rem; }

        /* Trying an operation. */
        button, input, select, textarea { font: inherit; color: inherit; background: var(--page);
          border: 1px solid var(--soft);
          border-radius: .3rem; }
        input, select, textarea { width: 100%; padding: .35rem .55rem; font-size: .875rem; }
        textarea { display: block; resize: vertical; font: .8125rem/1.5 var(--mono); }
        ::placeholder { color: var(--soft); opacity: 1; }
        button { padding: .3rem .8rem; font-size: .875rem; cursor: pointer; }
        button:hover { border-color: var(--link); color: var(--link); }
        button:disabled { opacity: .6; cursor: default; }
        .open { grid-column: 2; grid-row: 1; align-self: start; }
        .try { margin: 1rem 0 0; padding: 1rem 1.25rem 1.25rem; border: 1px solid var(--line); border-radius: .4rem;
          background: var(--side); }
        .try .inputs { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 17rem), 1fr));
          gap: .8rem 1.25rem; }
        .try label { display: block; font-size: .8125rem; }
        .try label > span { display: block; margin-bottom: .2rem; color: var(--soft); }
        .try label.wide { grid-column: 1 / -1; }
        .try .secret { -webkit-text-security: disc; }
        .try .send { margin-top: 1rem; background: var(--link); border-color: var(--link); color: var(--page);
          font-weight: 600; }
        .try .send:hover { text-decoration: underline; }
        .try .armed { background: var(--delete); border-color: var(--delete); }
        .try .note { margin: .9rem 0 0; color: var(--soft); font-size: .8125rem; }
        .outcome { margin: 1.1rem 0 0; }
        .good { color: var(--get); }
        .bad { color: var(--delete); }
        .heads { display: grid; grid-template-columns: auto minmax(0, 1fr); gap: .1rem 1rem; margin: .5rem 0;
          font-size: .8125rem; }
        .heads dt { color: var(--soft); }
        .heads dd { margin: 0; font-family: var(--mono); overflow-wrap: anywhere; }

        /* The page of a problem. */
        .problem main { max-width: 50rem; margin: 0 auto; padding: 0 1.5rem 6rem; }
        .problem h2 { margin: 2.25rem 0 .5rem; font-size: 1.1875rem; }
        .problem li .code { margin: .5rem 0 .9rem; }
        .crumb { margin: 1.5rem 0 -1.5rem; font-size: .9375rem; }
        main .operations { list-style: none; padding: 0; }

        @media (min-width: 75rem) {
          .operation[id] { grid-template-columns: minmax(0, 1fr) minmax(0, 27rem); }
          .operation > header, .operation > .try { grid-column: 1 / -1; }
          .shows { margin-top: .6rem; }
          .shows .code { margin: 0 0 1rem; }
        }
        @media (max-width: 56rem) {
          :root { --top: 6rem; }
          .top { padding: .8rem 1rem; }
          .docs .frame { display: block; }
          .contents { display: contents; }
          .search { padding: .6rem 1rem .3rem; background: var(--page); border-bottom: 1px solid var(--line); }
          .search kbd { display: none; }
          .search p { min-height: 0; font-size: .875rem; }
          .contents > .groups { display: flex; flex-wrap: wrap; gap: .4rem; margin: 1rem 0 0; padding: 0 1rem; }
          .groups > li { margin: 0; font-size: .875rem; }
          .groups > li > a { display: block; padding: .2rem .6rem; border: 1px solid var(--line); border-radius: \##
        1rem;
            color: inherit; font-weight: 400; text-decoration: none; }
          .groups ul { display: none; }
          main { padding: 0 1rem 4rem; }
          .intro h1 { margin-top: 1.5rem; }
        }
        @media print {
          .contents, .site, .open, .try, .copy { display: none; }
          .docs .frame { display: block; }
          .code pre { max-height: none; white-space: pre-wrap; }
        }

        """##

    /// `docs.js`
    static let docsJS = ##"""
        "use strict";

        const all = (selector, root = document) => [...root.querySelectorAll(selector)];
        const one = (selector, root = document) => root.querySelector(selector);

        /** An element with attributes (`true` for one without a value) and children, of which strings become text. \##
        */
        function make(name, attributes = {},\##
         ...children) {
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
          return addCopy(make("figure", { class: "code" },\##
         make("figcaption", {},\##
         title),
            make("pre", { tabindex: "0" },\##
         make("code", {},\##
         text))));
        }

        function addCopy(box) {
          const what = one("figcaption", box)?.textContent ?? "code";
          const button = make("button", { type: "button", class: "copy", "aria-label": `Copy: ${what}` },\##
         "Copy");
          button.addEventListener("click", async () => {
            const done = await copy(one("code", box));
            button.textContent = done ? "Copied" : "Press Ctrl-C";
            said.textContent = done ? `Copied: ${what}` : "Selected; press Control C to copy";
            setTimeout(() => { button.textContent = "Copy"; said.textContent = ""; },\##
         2000);
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

        // Search

        function startSearch(form) {
          const field = one("input", form);
          const hits = one("#hits", form);
          const links = new Map(all(".groups li li a").map((link) => [link.hash.slice(1), link.parentElement]));
          const operations = all(".operation").map((article) => ({
            article,
            link: links.get(article.id),
            text: [article.id, article.closest(".tag").querySelector("h2").textContent,
              ...all("h3, .route, .caller, .prose, .field > code, .codes", article).map((part) => part.textContent)]
              .join(" ").toLowerCase(),
          }));

          function show() {
            const words = field.value.trim().toLowerCase().split(/\s+/).filter(Boolean);
            const searching = words.length > 0;
            let count = 0;
            for (const { article, link, text } of operations) {
              const found = words.every((word) => text.includes(word));
              article.hidden = !found;
              link.hidden = !found;
              if (found) count += 1;
            }
            for (const part of all(".tag, .groups > li:not(.guide)")) {
              part.hidden = !one(".operation:not([hidden]), :scope > ul > li:not([hidden])", part);
            }
            for (const part of all(".intro, .guide, .about :not(h2, h2 *)")) part.hidden = searching;
            one(".nothing").hidden = count > 0;
            hits.textContent = searching ? `${count} of ${operations.length} operations` : "";
          }

          /** All is shown again, and what was being read stays in view. */
          function clear() {
            const seen = operations.find(({ article }) =>
              !article.hidden && article.getBoundingClientRect().bottom > 150);
            const searched = field.value !== "";
            field.value = "";
            show();
            if (searched) seen?.article.scrollIntoView({ behavior: "instant" });
          }

          field.addEventListener("input", () => { show(); scrollTo({ top: 0, behavior: "instant" }); });
          form.addEventListener("submit", (event) => {
            event.preventDefault();
            const first = operations.find(({ article }) => !article.hidden);
            if (field.value && first) location.hash = first.article.id;
          });
          document.addEventListener("keydown", (event) => {
            if (event.key === "Escape" && (document.activeElement === field || field.value)) {
              clear();
              field.blur();
            } else if (event.key === "/" && !event.ctrlKey && !event.metaKey && !event.altKey
              && !event.target.closest("input, textarea, select")) {
              event.preventDefault();
              field.focus();
              field.select();
            }
          });
          addEventListener("hashchange", () => {
            const target = document.getElementById(location.hash.slice(1));
            if (!target?.closest("[hidden]")) return;
            clear();
            target.scrollIntoView({ behavior: "instant" });
          });
          form.hidden = false;
          if (field.value) show();
        }

        /** Marks what is being read in the contents. */
        function followReading(contents) {
          const links = all("a[href^='#']", contents);
          const places = links.map((link) => document.getElementById(link.hash.slice(1)));
          let waiting = false;
          function mark() {
            waiting = false;
            let present = 0;
            places.forEach((place, index) => {
              if (place.getClientRects().length > 0 && place.getBoundingClientRect().top < 160) present = index;
            });
            const link = links[present];
            if (link.hasAttribute("aria-current")) return;
            links.forEach((other) => other.removeAttribute("aria-current"));
            link.setAttribute("aria-current", "true");
            const box = contents.getBoundingClientRect();
            const line = link.getBoundingClientRect();
            const isSeen = line.top > box.top + 90 && line.bottom < box.bottom - 30;
            if (contents.scrollHeight > contents.clientHeight && !isSeen) {
              contents.scrollTop += line.top - box.top - box.height / 3;
            }
          }
          addEventListener("scroll", () => {
            if (!waiting) requestAnimationFrame(mark);
            waiting = true;
          },\##
         { passive: true });
          mark();
        }

        // Trying

        const overwrites = ["PUT", "PATCH", "DELETE"];
        const shownHeaders = ["content-type", "x-request-id", "ratelimit", "ratelimit-policy", "retry-after", \##
        "location",
          "allow", "www-authenticate", "etag"];
        const plainInput = { autocomplete: "off", autocapitalize: "none", spellcheck: "false" };

        /** The credentials that were typed, in this variable and nowhere else. */
        const credentials = { operator: "", tenant: "" };

        function credentialField(caller) {
          const kind = caller === "operator" ? "operator" : "tenant";
          const name = { operator: "Admin token", key: "Key, mgk_…", caller: "Session, mgs_…, or key, mgk_…" \##
        }[caller];
          // No password field: those are what browsers offer to remember.
          const input = make("input", { ...plainInput, class: `secret ${kind}` });
          input.value = credentials[kind];
          input.addEventListener("input", () => {
            credentials[kind] = input.value.trim();
            for (const other of all(`.secret.${kind}`)) if (other !== input) other.value = input.value;
          });
          return make("label", { class: "wide" },\##
         make("span", {},\##
         name), input);
        }

        function parameterField(row) {
          const { in: place, name, example, choices, required } = row.dataset;
          const words = { path: "in the path", query: "in the query", header: "header" }[place];
          const common = { "data-place": place, name, required: Boolean(required) };
          const input = choices
            ? make("select", common, ...(required ? [] : [make("option", { value: "" },\##
         "(left out)")]),
              ...choices.split(" ").map((choice) => make("option", {},\##
         choice)))
            : make("input", { ...common, ...plainInput, placeholder: example });
          const title = make("span", {},\##
         make("code", {},\##
         name), ` ${words}${required ? ", required" : ""}`);
          return make("label", {},\##
         title, input);
        }

        function tryForm(article) {
          const { method, caller, body } = article.dataset;
          const inputs = make("div", { class: "inputs" });
          if (caller !== "anyone") inputs.append(credentialField(caller));
          inputs.append(...all("[data-in]", article).map(parameterField));
          if (body !== undefined) {
            const rows = String(Math.min(body.split("\n").length + 1, 20));
            const text = make("textarea", { ...plainInput, class: "body", rows });
            text.value = body;
            inputs.append(make("label", { class: "wide" },\##
         make("span", {},\##
         "Body, as JSON"), text));
          }
          const send = make("button", { type: "submit", class: "send" },\##
         `Send ${method}`);
          const result = make("div", { class: "result", "aria-live": "polite" });
          const note = caller === "anyone" ? "" : make("p", { class: "note" },
            "The call goes to this gateway and takes effect. The credential stays in this page until you leave or \##
        reload it.");
          const form = make("form", { class: "try", id: `${article.id}-try`, autocomplete: "off" },
            inputs, send, note, result);

          function arm(armed) {
            send.classList.toggle("armed", armed);
            send.textContent = armed ? `Really send ${method}? Press again` : `Send ${method}`;
          }
          form.addEventListener("input", () => arm(false));
          send.addEventListener("blur", () => arm(false));
          form.addEventListener("submit", async (event) => {
            event.preventDefault();
            if (overwrites.includes(method) && !send.classList.contains("armed")) {
              arm(true);
              send.focus();
              return;
            }
            arm(false);
            send.disabled = true;
            result.replaceChildren(make("p", { class: "outcome" },\##
         "Sending …"));
            result.replaceChildren(...await call(article, form));
            send.disabled = false;
          });
          return form;
        }

        /** Sends what the form says, to this origin only. */
        async function call(article, form) {
          const { method, caller, body } = article.dataset;
          let path = article.dataset.path;
          const query = new URLSearchParams();
          const headers = new Headers();
          try {
            for (const { name, value, dataset } of all("[data-place]", form)) {
              if (dataset.place === "path") path = path.replace(`{${name}}`, encodeURIComponent(value));
              if (dataset.place === "query" && value) query.append(name, value);
              if (dataset.place === "header" && value) headers.set(name, value);
            }
            const credential = caller === "operator" ? credentials.operator : credentials.tenant;
            if (caller !== "anyone" && credential) headers.set("Authorization", `Bearer ${credential}`);
            if (body !== undefined) headers.set("Content-Type", "application/json");
            const began = performance.now();
            const reply = await fetch(`${path}?${query}`.replace(/\?$/, ""), {
              method, headers, body: body === undefined ? undefined : one(".body", form).value,
              credentials: "omit", cache: "no-store", redirect: "manual", referrerPolicy: "no-referrer",
              signal: AbortSignal.timeout(60000),
            });
            return outcome(reply, await reply.text(), Math.round(performance.now() - began));
          } catch (error) {
            return [make("p", { class: "outcome bad" },\##
         `There was no reply: ${error.message}`)];
          }
        }

        function outcome(reply, text, milliseconds) {
          if (reply.type === "opaqueredirect") {
            return [make("p", { class: "outcome" },\##
         "A redirect. Browsers do not tell scripts where to.")];
          }
          const parts = [make("p", { class: `outcome ${reply.ok ? "good" : "bad"}` },
            make("strong", {},\##
         `${reply.status} ${reply.statusText}`.trim()), ` after ${milliseconds} ms`)];
          const heads = shownHeaders.filter((name) => reply.headers.has(name))
            .flatMap((name) => [make("dt", {},\##
         name), make("dd", {},\##
         reply.headers.get(name))]);
          parts.push(make("dl", { class: "heads" },\##
         ...heads));
          const type = reply.headers.get("content-type") ?? "";
          let json;
          try {
            if (type.includes("json")) json = JSON.parse(text);
          } catch {
            // Shown as it came.
          }
          const code = type.includes("problem+json") && /:([a-z_]+)$/.exec(json?.type ?? "")?.[1];
          if (code) {
            // Beside this page, which would forget the credential and the form.
            const link = make("a", { href: `/docs/problems/${code}`, target: "_blank", rel: "noopener" },
              "What ", make("code", {},\##
         code), " means, and how to fix it");
            parts.push(make("p", {},\##
         link));
          }
          const shown = json === undefined ? text : JSON.stringify(json, null, 2);
          const most = 200000;
          if (shown) parts.push(codeBox("Body", shown.length > most ? `${shown.slice(0, most)}\n… (cut off)` : \##
        shown));
          return parts;
        }

        function addTry(article) {
          const button = make("button", { type: "button", class: "open", "aria-expanded": "false",
            "aria-controls": `${article.id}-try` },\##
         "Try it");
          let form;
          button.addEventListener("click", () => {
            if (form) form.hidden = !form.hidden;
            else one("header", article).after(form = tryForm(article));
            button.setAttribute("aria-expanded", String(!form.hidden));
            button.textContent = form.hidden ? "Try it" : "Close";
            if (!form.hidden) one("input, select, textarea, button", form).focus();
          });
          one("header", article).append(button);
        }

        // The page

        const host = one("#examples ~ .code code");
        if (host) host.textContent = host.textContent.replace(/^(export GATEWAY=).*$/m, `$1${location.origin}`);
        all(".code").forEach(addCopy);
        all(".operation[data-method]").forEach(addTry);
        const search = one(".search");
        if (search) startSearch(search);
        const contents = one(".contents");
        if (contents) followReading(contents);

        """##

    /// `page.html`
    static func pageHTML(title: String, kind: String, version: String, navigation: HTML, content: HTML) -> HTML {
        ##"""
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>\##(title)</title>
        <link rel="icon" href="data:,">
        <link rel="stylesheet" href="/docs/style.css">
        <script src="/docs/app.js" defer></script>
        </head>
        <body class="\##(kind)">
        <a class="skip" href="#content">Skip to the content</a>
        <header class="top">
        <p class="name"><a href="/docs">Meeting Gateway</a> <span class="version">\##(version)</span></p>
        <nav class="site" aria-label="Site"><a href="/docs">API</a> <a href="/docs/problems">Problems</a>
        <a href="/openapi.json">openapi.json</a></nav>
        </header>
        <div class="frame">
        \##(navigation)
        <main id="content" tabindex="-1">
        \##(content)
        </main>
        </div>
        </body>
        </html>

        """##
    }
}
