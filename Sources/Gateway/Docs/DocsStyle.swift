/// The style of `/docs`, as it is served. Two palettes, of which every text has a contrast of 4.5 to 1 or more.
enum DocsStyle {
    static let text = #"""
        :root {
          --page: #fff; --side: #f6f7f9; --box: #f4f6f8; --text: #1b2330; --soft: #525d6d; --line: #dbe0e6;
          --link: #1b5aa6;
          --get: #17653a; --get-box: #e3f2e8; --post: #1b5aa6; --post-box: #e4eefa; --put: #7d4b00; --put-box: #faeed6;
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
        .search kbd { position: absolute; right: .6rem; top: 1.45rem; padding: 0 .35rem; border: 1px solid var(--line);
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
        .caller { display: flex; flex-wrap: wrap; gap: .4rem; margin: .6rem 0 0; color: var(--soft); font-size: .8125rem; }
        .caller span { padding: 0 .5rem; border: 1px solid var(--line); border-radius: 1rem; }
        .method { padding: .1rem .4rem; border-radius: .25rem; font-size: .75rem; font-weight: 700; color: var(--get);
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
        main .codes { display: flex; flex-wrap: wrap; gap: .3rem .9rem; list-style: none; margin: .4rem 0 0; padding: 0;
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
          .groups > li > a { display: block; padding: .2rem .6rem; border: 1px solid var(--line); border-radius: 1rem;
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

        """#
}
