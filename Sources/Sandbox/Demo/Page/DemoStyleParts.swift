extension DemoStyle {
    /// The parts of the signed-in page: week, meetings, inbox, notices; then the phone.
    static let parts = """
        .columns { display: grid; grid-template-columns: minmax(0, 1fr) 24rem; gap: 1.5rem; align-items: start;
          max-width: 80rem; margin: 0 auto; padding: 1.5rem 1.25rem 3rem; }
        .primary { min-height: 80vh; }
        #content { display: grid; gap: 1.25rem; }
        .card { padding: 1.5rem; display: grid; gap: 1rem; justify-items: start; }
        .skeleton { height: 4.5rem; border-radius: var(--radius); background: var(--hover); }
        .skeleton.tall { height: 24rem; }
        .welcome { padding: clamp(1.5rem, 4vw, 3rem); gap: 1.25rem; }
        .steps { display: grid; grid-template-columns: repeat(auto-fit, minmax(11rem, 1fr)); gap: 1.5rem; width: 100%;
          margin-top: 1rem; padding-top: 1.5rem; border-top: 1px solid var(--line); counter-reset: step; }
        .steps li { color: var(--soft); counter-increment: step; }
        .steps strong { display: block; color: var(--ink); }
        .steps strong::before { content: counter(step); display: grid; place-items: center; width: 1.75rem; height: 1.75rem;
          margin-bottom: .5rem; border-radius: 50%; background: var(--tint); color: var(--brand-text); font-size: .875rem; }

        .accounts { display: flex; flex-wrap: wrap; align-items: center; gap: .25rem 1rem; padding: .5rem .5rem .5rem 1rem; }
        .accounts ul { flex: 1 1 20rem; display: grid; gap: .25rem; }
        .account { display: flex; align-items: center; gap: .75rem; min-height: 2.75rem; }
        .badge { display: grid; place-items: center; width: 2.25rem; height: 2.25rem; border-radius: 10px;
          background: var(--tint); color: var(--brand-text); }
        .account[data-status="trouble"] .badge { background: var(--amber-tint); color: var(--amber); }
        .account[data-status="trouble"] small { color: var(--amber); }
        .account-text { flex: 1; min-width: 0; display: grid; line-height: 1.35; }
        .account-text strong { overflow: hidden; text-overflow: ellipsis; font-weight: 600; }
        .more-accounts { font-size: .875rem; color: var(--soft); padding-right: .5rem; }

        .week { display: grid; gap: 1rem; min-height: 24rem; align-content: start; }
        .week-head { display: flex; flex-wrap: wrap; align-items: baseline; gap: .25rem 1rem; padding-top: .25rem; }
        .week-head p { color: var(--soft); }
        #week-summary { margin-left: auto; font-size: .875rem; }
        .day { overflow: clip; }
        .day h2 { display: flex; justify-content: space-between; align-items: baseline; gap: 1rem; padding: .75rem 1.25rem;
          border-bottom: 1px solid var(--line); }
        .day h2 span { font-size: .875rem; font-weight: 400; letter-spacing: 0; color: var(--soft); }
        .meeting { display: grid; grid-template-columns: 5.5rem minmax(0, 1fr) auto; gap: .25rem 1rem; padding: 1rem 1.25rem; }
        .meeting + .meeting { border-top: 1px solid var(--line); }
        .time { display: grid; align-content: start; line-height: 1.5; }
        .time time { font-weight: 600; font-variant-numeric: tabular-nums; white-space: nowrap; }
        .time span { font-size: .875rem; color: var(--soft); }
        .facts { display: flex; flex-wrap: wrap; gap: .125rem .875rem; font-size: .875rem; color: var(--soft); }
        .facts > *, .artifacts > * { display: inline-flex; align-items: center; gap: .375rem; }
        .facts a { color: var(--soft); text-decoration-color: var(--line); }
        .facts a:hover { color: var(--ink); }
        .meeting[data-status="cancelled"] h3 { text-decoration: line-through; color: var(--soft); font-weight: 500; }
        .side { display: grid; justify-items: end; align-content: start; min-width: 9.5rem; }
        .switch { display: inline-flex; align-items: center; gap: .625rem; min-height: 1.75rem; font-weight: 500;
          font-size: .9375rem; cursor: pointer; }
        .switch input { appearance: none; position: relative; width: 2.75rem; height: 1.5rem; margin: 0; flex: none;
          border-radius: 1rem; background: var(--track); cursor: inherit; transition: background .15s; }
        .switch input::before { content: ""; position: absolute; inset: .1875rem auto auto .1875rem; width: 1.125rem;
          height: 1.125rem; border-radius: 50%; background: var(--card); transition: transform .15s; }
        .switch input:checked { background: var(--brand); }
        .switch input:checked::before { transform: translateX(1.25rem); }
        .switch input:focus-visible { border-radius: 1rem; }
        [data-fixed] .switch { display: none; }
        .state { display: flex; align-items: center; gap: .375rem; font-size: .875rem; color: var(--soft); min-height: 1.5rem; }
        [data-recording="scheduled"] .state, [data-recording="completed"] .state { color: var(--brand-text); }
        [data-recording="joining"] .state, [data-recording="recording"] .state, [data-recording="failed"] .state {
          color: var(--red); }
        [data-fixed] .state { padding: .1875rem .75rem; border-radius: 1rem; font-weight: 600; background: var(--tint); }
        [data-fixed]:not([data-recording="completed"]) .state { background: var(--red-tint); }
        [data-recording="completed"] .state::before { content: ""; width: .375rem; height: .625rem; margin: 0 .125rem .125rem;
          transform: rotate(45deg); border: solid currentColor; border-width: 0 2px 2px 0; }
        [data-recording="joining"] .state::before, [data-recording="recording"] .state::before { content: "";
          width: .5rem; height: .5rem; border-radius: 50%; background: currentColor; }
        .more { display: flex; flex-wrap: wrap; align-items: center; gap: .5rem; }
        .more:not(:empty) { min-height: 2.75rem; margin-top: .5rem; }
        .sandbox-button { display: inline-flex; align-items: center; gap: .5rem; min-height: 2.75rem; padding: .25rem .875rem;
          font-size: .875rem; font-weight: 600; color: var(--amber); background: var(--amber-tint);
          border: 1px dashed var(--amber-line); border-radius: 10px; }
        .sandbox-button:hover { border-style: solid; }
        .artifacts { display: flex; flex-wrap: wrap; gap: .5rem; font-size: .875rem; color: var(--soft); }
        .artifacts a { min-height: 2.25rem; padding: .25rem .75rem; border-radius: 10px; background: var(--tint);
          font-weight: 600; text-decoration: none; }
        .artifacts a:hover { text-decoration: underline; }

        .inbox { position: sticky; top: 4.75rem; display: grid; grid-template-rows: auto auto minmax(0, 1fr);
          height: calc(100vh - 6.25rem); overflow: clip; }
        .inbox-head { display: flex; justify-content: space-between; align-items: baseline; gap: 1rem; padding: .875rem 1.25rem 0; }
        .live { display: flex; align-items: center; gap: .375rem; font-size: .875rem; color: var(--soft); }
        .live::before { content: ""; width: .5rem; height: .5rem; border-radius: 50%; background: var(--track); }
        .live[data-state="live"]::before { background: var(--brand); }
        .inbox-note { font-size: .875rem; color: var(--soft); padding: .125rem 1.25rem .75rem; border-bottom: 1px solid var(--line); }
        .inbox-scroll { overflow: auto; overscroll-behavior: contain; }
        .inbox-scroll:focus-visible { outline-offset: -3px; }
        .message { border-bottom: 1px solid var(--line); font-size: .9375rem; }
        .message.fresh { animation: arrive 1.6s ease-out; }
        @keyframes arrive { from { background: var(--tint); } }
        .message summary { display: grid; grid-template-columns: auto minmax(0, 1fr) auto; gap: .125rem .5rem;
          align-items: baseline; padding: .75rem 1.25rem; cursor: pointer; list-style: none; }
        .message summary::-webkit-details-marker { display: none; }
        .message summary::before { content: ""; width: .4375rem; height: .4375rem; transform: rotate(-45deg);
          border: solid var(--soft); border-width: 0 1.5px 1.5px 0; margin-right: .125rem; align-self: center; }
        .message details[open] > summary::before { transform: rotate(45deg); }
        .message summary:hover { background: var(--hover); }
        .message summary:focus-visible { outline-offset: -3px; }
        .message summary span { grid-column: 2 / -1; overflow-wrap: anywhere; }
        .message code { font: 500 .8125rem/1.5 ui-monospace, "SF Mono", Menlo, Consolas, monospace; color: var(--brand-text);
          overflow-wrap: anywhere; }
        .message time { font-size: .8125rem; color: var(--soft); font-variant-numeric: tabular-nums; white-space: nowrap; }
        .message pre { max-height: 18rem; overflow: auto; margin: 0 1.25rem .875rem; padding: .75rem; border-radius: 8px;
          background: var(--ground); font: .75rem/1.5 ui-monospace, "SF Mono", Menlo, Consolas, monospace; }

        .tabs { display: none; }
        .notices { position: fixed; z-index: 5; inset: auto 0 1.25rem; display: grid; gap: .5rem; justify-items: center;
          padding: 0 1rem; pointer-events: none; }
        .notice { display: flex; align-items: center; gap: .75rem; max-width: 36rem; padding: .375rem .5rem .375rem 1rem;
          border-radius: 12px; box-shadow: var(--shadow); background: var(--ink); color: var(--card); pointer-events: auto; }
        .notice.bad { background: var(--red-tint); color: var(--red); border: 1px solid currentColor; }
        .notice a { color: inherit; }
        .notice .close { color: inherit; text-decoration: none; min-width: 2.75rem; }
        dialog { width: min(26rem, calc(100vw - 2rem)); padding: 1.5rem; border: 1px solid var(--line); border-radius: 16px;
          background: var(--card); color: var(--ink); box-shadow: var(--shadow); }
        dialog form { display: grid; gap: .75rem; }
        dialog p { color: var(--soft); }
        dialog .buttons { margin-top: .5rem; }
        dialog::backdrop { background: #0b141899; }

        @media (max-width: 60rem) {
          .columns { grid-template-columns: minmax(0, 1fr); padding: 1rem 1rem 6rem; }
          .primary { min-height: 100vh; }
          .inbox { position: static; height: auto; }
          .inbox-scroll { max-height: none; }
          .tabs { position: fixed; z-index: 4; inset: auto 0 0; display: grid; grid-template-columns: 1fr 1fr;
            background: var(--card); border-top: 1px solid var(--line); padding-bottom: env(safe-area-inset-bottom); }
          .tabs a { display: flex; align-items: center; justify-content: center; gap: .5rem; min-height: 3.5rem;
            color: var(--ink); font-weight: 600; font-size: .9375rem; text-decoration: none; }
          .tabs a:focus-visible { outline-offset: -3px; }
          .count { min-width: 1.5rem; padding: 0 .375rem; border-radius: 1rem; background: var(--brand); color: var(--on-brand);
            font-size: .8125rem; line-height: 1.5rem; text-align: center; }
          .notices { bottom: 4.5rem; }
        }
        @media (max-width: 36rem) {
          h1 { font-size: 1.5rem; }
          .who .name { display: none; }
          .welcome .buttons > * { width: 100%; }
          #week-summary { margin-left: 0; width: 100%; }
          .meeting { grid-template-columns: minmax(0, 1fr) auto; padding: .875rem 1rem; }
          .day h2 { padding: .75rem 1rem; }
          .time { grid-column: 1; display: flex; gap: .5rem; align-items: baseline; }
          .what { display: contents; }
          .what > h3, .what > .facts { grid-column: 1; }
          .what > .more { grid-column: 1 / -1; }
          .side { grid-column: 2; grid-row: 1 / span 3; min-width: 0; }
          .side .state { text-align: right; }
          .accounts { padding-right: 1rem; }
          .more-accounts { padding: 0; }
          .account { flex-wrap: wrap; }
          .account-text { flex-basis: 8rem; }
          .account[data-status="trouble"] .account-text { flex-basis: calc(100% - 3rem); }
        }
        @media (max-width: 22rem) {
          .who .avatar { display: none; }
        }
        @media (prefers-reduced-motion: reduce) {
          *, ::before, ::after { animation: none !important; transition: none !important; }
        }

        """
}
