extension DocsScript {
    /// The form of an operation, its call, and what came back.
    static let trying = #"""
        // Trying

        const overwrites = ["PUT", "PATCH", "DELETE"];
        const shownHeaders = ["content-type", "x-request-id", "ratelimit", "ratelimit-policy", "retry-after", "location",
          "allow", "www-authenticate", "etag"];
        const plainInput = { autocomplete: "off", autocapitalize: "none", spellcheck: "false" };

        /** The credentials that were typed, in this variable and nowhere else. */
        const credentials = { operator: "", tenant: "" };

        function credentialField(caller) {
          const kind = caller === "operator" ? "operator" : "tenant";
          const name = { operator: "Admin token", key: "Key, mgk_…", caller: "Session, mgs_…, or key, mgk_…" }[caller];
          // No password field: those are what browsers offer to remember.
          const input = make("input", { ...plainInput, class: `secret ${kind}` });
          input.value = credentials[kind];
          input.addEventListener("input", () => {
            credentials[kind] = input.value.trim();
            for (const other of all(`.secret.${kind}`)) if (other !== input) other.value = input.value;
          });
          return make("label", { class: "wide" }, make("span", {}, name), input);
        }

        function parameterField(row) {
          const { in: place, name, example, choices, required } = row.dataset;
          const words = { path: "in the path", query: "in the query", header: "header" }[place];
          const common = { "data-place": place, name, required: Boolean(required) };
          const input = choices
            ? make("select", common, ...(required ? [] : [make("option", { value: "" }, "(left out)")]),
              ...choices.split(" ").map((choice) => make("option", {}, choice)))
            : make("input", { ...common, ...plainInput, placeholder: example });
          const title = make("span", {}, make("code", {}, name), ` ${words}${required ? ", required" : ""}`);
          return make("label", {}, title, input);
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
            inputs.append(make("label", { class: "wide" }, make("span", {}, "Body, as JSON"), text));
          }
          const send = make("button", { type: "submit", class: "send" }, `Send ${method}`);
          const result = make("div", { class: "result", "aria-live": "polite" });
          const note = caller === "anyone" ? "" : make("p", { class: "note" },
            "The call goes to this gateway and takes effect. The credential stays in this page until you leave or reload it.");
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
            result.replaceChildren(make("p", { class: "outcome" }, "Sending …"));
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
            return [make("p", { class: "outcome bad" }, `There was no reply: ${error.message}`)];
          }
        }

        function outcome(reply, text, milliseconds) {
          if (reply.type === "opaqueredirect") {
            return [make("p", { class: "outcome" }, "A redirect. Browsers do not tell scripts where to.")];
          }
          const parts = [make("p", { class: `outcome ${reply.ok ? "good" : "bad"}` },
            make("strong", {}, `${reply.status} ${reply.statusText}`.trim()), ` after ${milliseconds} ms`)];
          const heads = shownHeaders.filter((name) => reply.headers.has(name))
            .flatMap((name) => [make("dt", {}, name), make("dd", {}, reply.headers.get(name))]);
          parts.push(make("dl", { class: "heads" }, ...heads));
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
              "What ", make("code", {}, code), " means, and how to fix it");
            parts.push(make("p", {}, link));
          }
          const shown = json === undefined ? text : JSON.stringify(json, null, 2);
          const most = 200000;
          if (shown) parts.push(codeBox("Body", shown.length > most ? `${shown.slice(0, most)}\n… (cut off)` : shown));
          return parts;
        }

        function addTry(article) {
          const button = make("button", { type: "button", class: "open", "aria-expanded": "false",
            "aria-controls": `${article.id}-try` }, "Try it");
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

        """#
}
