/// The demo product's style sheet. Colours have a contrast of 4.5 to what they stand on, in light and in dark.
enum DemoStyle {
    /// Colours, type, buttons, the page around.
    static let base = """
        :root {
          color-scheme: light dark;
          --ground: #f2f5f6; --card: #ffffff; --ink: #13222b; --soft: #51626d; --line: #d9e1e5; --hover: #e9eff1;
          --brand: #0a6656; --brand-text: #0a6656; --on-brand: #ffffff; --tint: #e0f1ec; --needle: #8fd8c6;
          --red: #bd2330; --red-tint: #fdebec; --amber: #7c4a00; --amber-tint: #fff3d9; --amber-line: #c98b1e;
          --track: #73848f; --edge: #b3c0c7; --shadow: 0 1px 2px #13222b14, 0 8px 24px #13222b0f; --radius: 14px;
        }
        @media (prefers-color-scheme: dark) {
          :root {
            --ground: #0d1519; --card: #152127; --ink: #e6eef1; --soft: #9db1bb; --line: #273740; --hover: #1d2c33;
            --brand: #5fd0b5; --brand-text: #6cd8be; --on-brand: #05241d; --tint: #12352e; --needle: #0a6656;
            --red: #ff8a8f; --red-tint: #3a1b20; --amber: #f1c674; --amber-tint: #2e2413; --amber-line: #8f6a24;
            --track: #758893; --edge: #43555f; --shadow: 0 1px 2px #0006, 0 8px 24px #0004;
          }
        }
        * { box-sizing: border-box; }
        html { scroll-padding: 5rem 0; }
        body {
          margin: 0; min-height: 100vh; background: var(--ground); color: var(--ink);
          font: 400 1rem/1.5 Inter, system-ui, -apple-system, "Segoe UI", Roboto, sans-serif;
          -webkit-text-size-adjust: 100%;
        }
        h1, h2, h3, p, ol, ul, fieldset { margin: 0; padding: 0; }
        h1 { font-size: 1.75rem; line-height: 1.2; letter-spacing: -.02em; font-weight: 700; text-wrap: balance; }
        h2 { font-size: 1.0625rem; font-weight: 650; letter-spacing: -.01em; }
        h3 { font-size: 1rem; font-weight: 600; letter-spacing: -.006em; overflow-wrap: anywhere; }
        ol, ul { list-style: none; }
        small { font-size: .875rem; color: var(--soft); }
        a { color: var(--brand-text); text-underline-offset: .2em; }
        fieldset { border: 0; min-width: 0; }
        [hidden], .sprite { display: none !important; }
        .visually-hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
        .icon { width: 1.125em; height: 1.125em; flex: none; fill: none; stroke: currentColor; stroke-width: 1.75;
          stroke-linecap: round; stroke-linejoin: round; }
        :focus-visible { outline: 3px solid var(--brand-text); outline-offset: 2px; border-radius: 6px; }
        #primary:focus { outline: none; }
        .skip { position: fixed; left: 1rem; top: -4rem; z-index: 9; padding: .75rem 1rem; border-radius: 10px;
          background: var(--card); }
        .skip:focus { top: .75rem; box-shadow: var(--shadow); }

        button { font: inherit; color: inherit; cursor: pointer; }
        .primary-button, .secondary, .danger { min-height: 2.75rem; padding: .5rem 1.125rem; border-radius: 10px;
          font-weight: 600; border: 1px solid transparent; }
        .primary-button { background: var(--brand); color: var(--on-brand); }
        .primary-button:hover { filter: brightness(1.08); }
        .secondary { background: var(--card); border-color: var(--edge); }
        .secondary:hover { background: var(--hover); }
        .danger { background: var(--red); color: var(--card); }
        .plain { border: 0; background: none; padding: .5rem; min-height: 2.75rem; color: var(--soft); font-weight: 500;
          border-radius: 8px; white-space: nowrap; text-decoration: underline; text-decoration-color: var(--line); text-underline-offset: .25em; }
        .plain:hover { color: var(--ink); text-decoration-color: currentColor; }
        .small { font-size: .875rem; }
        .secondary.small { min-height: 2.75rem; padding: .25rem .75rem; }
        [aria-disabled="true"] { cursor: default; opacity: .6; }
        .buttons { display: flex; flex-wrap: wrap; gap: .75rem; }
        .card, .day, .inbox, .accounts { background: var(--card); border: 1px solid var(--line);
          border-radius: var(--radius); }
        .lead { color: var(--soft); font-size: 1.0625rem; }
        .quiet { color: var(--soft); padding: 1.25rem; }

        .top { position: sticky; top: 0; z-index: 3; display: flex; align-items: center; justify-content: space-between;
          gap: 1rem; padding: .5rem max(1.25rem, calc(50vw - 40rem)); background: var(--card);
          border-bottom: 1px solid var(--line); }
        .brand { display: inline-flex; align-items: center; gap: .625rem; font-weight: 700; letter-spacing: -.015em;
          font-size: 1.0625rem; color: var(--ink); text-decoration: none; white-space: nowrap; }
        .logo { width: 2rem; height: 2rem; }
        .logo rect { fill: var(--brand); } .logo .north { fill: var(--on-brand); } .logo .south { fill: var(--needle); }
        .who { display: flex; align-items: center; gap: .5rem; min-width: 0; }
        .who .name { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
        .avatar { display: inline-grid; place-items: center; width: 2rem; height: 2rem; flex: none; border-radius: 50%;
          background: var(--tint); color: var(--brand-text); font-weight: 700; font-size: .875rem; }

        .door { display: grid; place-items: center; padding: 1.25rem; }
        .door-card { width: min(100%, 30rem); display: grid; gap: 1.25rem; padding: clamp(1.25rem, 5vw, 2.5rem);
          background: var(--card); border: 1px solid var(--line); border-radius: 20px; box-shadow: var(--shadow); }
        .people { display: grid; gap: .5rem; margin-top: .5rem; }
        legend, .other label { font-weight: 600; font-size: .9375rem; padding: 0; }
        .person { display: flex; align-items: center; gap: .875rem; width: 100%; padding: .625rem .875rem;
          text-align: left; background: none; border: 1px solid var(--line); border-radius: 12px; }
        .person:hover { background: var(--hover); border-color: var(--track); }
        .person small { display: block; }
        .field { display: flex; gap: .5rem; margin-top: .375rem; }
        .field input { flex: 1; min-width: 0; min-height: 2.75rem; padding: .5rem .875rem; font: inherit; color: inherit;
          background: var(--card); border: 1px solid var(--track); border-radius: 10px; }
        .field input::placeholder { color: var(--soft); opacity: 1; }
        .field-problem { color: var(--red); font-size: .875rem; margin-top: .375rem; }
        .tag { font-size: .75rem; font-weight: 700; letter-spacing: .04em; text-transform: uppercase; color: var(--amber); }
        .sandbox-note { display: grid; gap: .125rem; font-size: .875rem; color: var(--amber); background: var(--amber-tint); padding: .75rem 1rem;
          border-radius: 10px; }

        """
}
