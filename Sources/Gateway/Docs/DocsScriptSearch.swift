extension DocsScript {
    /// Filtering the operations as one types, and the mark in the contents.
    static let search = #"""
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
          }, { passive: true });
          mark();
        }

        """#
}
