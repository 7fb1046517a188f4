// swift-format-ignore-file
/// Made by `make contract` from the files of the Assets folders; a test compares them.
enum DemoAssets {
    /// `app/calendars.js`
    static let appCalendarsJS = ##"""
        import { all, call } from "./gateway.js";
        import { confirmed, el, fill, icon, say, tell } from "./page.js";
        import { vendor } from "./words.js";

        const content = document.getElementById("content");
        const backTo = location.origin + "/connected";
        let reload = () => {};

        /// Leaves for the provider's consent.
        async function leave(button, path, body) {
          if (button.getAttribute("aria-disabled") === "true") return;
          button.setAttribute("aria-disabled", "true");
          try {
            const started = await call("POST", path, { return_url: backTo, ...body });
            location.assign(started.authorize_url);
          } catch (problem) {
            button.removeAttribute("aria-disabled");
            tell(problem);
          }
        }

        /// The browser is back from a consent, with a ticket or with a reason.
        /// Answers what to tell the user.
        export async function finishConsent(back) {
          switch (back.get("error")) {
            case null: break;
            case "access_denied":
              return "You did not allow access, so nothing was connected. Whenever you are ready, try again.";
            case "temporarily_unavailable": return "The sign-in service is busy. Please try again in a moment.";
            default: return "The sign-in service could not finish, so nothing was connected. Please try again.";
          }
          const connection = await call("POST", \##
        `/api/v1/connections/${encodeURIComponent(back.get("connection_id"))}/complete`,
            { ticket: back.get("ticket") });
          if (connection.status !== "active") return null;
          await call("POST", "/api/v1/calendars", { connection_id: connection.id });
          return `${connection.account.email} is connected.`;
        }

        async function addCalendar(connection) {
          try {
            await call("POST", "/api/v1/calendars", { connection_id: connection.id });
          } catch (problem) {
            tell(problem);
          }
          await reload();
        }

        async function disconnect(connection) {
          const yes = await confirmed(`Disconnect ${connection.account.email}?`,
            "Its meetings leave Northwind Notes and planned recordings are called off.", "Disconnect");
          if (!yes) return;
          try {
            const gone = await call("DELETE", `/api/v1/connections/${connection.id}`);
            if (gone.user_action_url && gone.provider_revocation === "not_supported") {
              say(`${connection.account.email} is disconnected. ${vendor(connection.provider)} remembers that you \##
        allowed it until you remove it `,
                el("a", { href: gone.user_action_url, target: "_blank", rel: "noopener noreferrer" },\##
         "in your account"), ".");
            } else {
              say(`${connection.account.email} is disconnected.`);
            }
          } catch (problem) {
            tell(problem);
          }
          await reload();
          document.getElementById("primary").focus();
        }

        function connectButton(provider, style, text) {
          return el("button", { class: style, "data-connect": provider,
            onclick: (event) => leave(event.currentTarget, "/api/v1/connections",
              { provider, login_hint: document.body.dataset.email }) },\##
         text);
        }

        const troubles = {
          missing_scope: "Calendar access was left unticked. Connect again and keep it ticked.",
          needs_reconnect: "Access has ended. Connect again to see your meetings.",
          blocked: "An administrator blocks this account.",
        };

        function account(connection, calendar) {
          const usable = connection.status === "active";
          const note = usable ? (calendar ? `${vendor(connection.provider)} Calendar` : "Its calendar is not added \##
        yet.")
            : troubles[connection.status] ?? connection.status;
          const renew = ["missing_scope", "needs_reconnect"].includes(connection.status)
            && el("button", { class: "secondary small", onclick: (event) =>
              leave(event.currentTarget, `/api/v1/connections/${connection.id}/reconnect`, {}) },\##
         "Connect again");
          const add = usable && !calendar
            && el("button", { class: "secondary small", onclick: () => addCalendar(connection) },\##
         "Add calendar");
          return el("li", { class: "account", "data-status": calendar && usable ? "good" : "trouble" },
            el("span", { class: "badge", "aria-hidden": "true" },\##
         icon("calendar")),
            el("span", { class: "account-text" },\##
         el("strong", {},\##
         connection.account.email), el("small", {},\##
         note)),
            renew || add || null,
            el("button", { class: "plain small", "aria-label": `Disconnect ${connection.account.email}`,
              onclick: () => disconnect(connection) },\##
         "Disconnect"));
        }

        function welcome() {
          const steps = [["Connect", "Pick the calendar you work with."], ["Choose", "Switch recording on, meeting \##
        by meeting."],
            ["Read", "Video, sound and transcript, right after the call."]];
          return el("section", { class: "card welcome" },
            el("h1", {},\##
         `Hello ${document.body.dataset.name},\##
         which calendar do you use?`),
            el("p", { class: "lead" },\##
         "We read your meetings and nothing else. You can disconnect at any time."),
            el("div", { class: "buttons" },
              connectButton("google", "primary-button", "Connect Google Calendar"),
              connectButton("microsoft", "secondary", "Connect Microsoft Calendar")),
            el("ol", { class: "steps" },\##
         ...steps.map(([name, text]) => el("li", {},\##
         el("strong", {},\##
         name), text))));
        }

        /// Shows the accounts, or the welcome where there is none. Answers the calendars.
        export async function loadCalendars(again) {
          reload = again;
          const [connections, calendars] = await Promise.all([all("/api/v1/connections"), all("/api/v1/calendars")]);
          const shown = connections.filter((connection) => !["pending", "deleting"].includes(connection.status));
          if (shown.length === 0) {
            if (!content.querySelector(".welcome")) fill(content, welcome());
            return null;
          }
          const state = JSON.stringify([shown.map(({ id, status }) => [id, status]), calendars.map(({ id }) => id)]);
          let strip = content.querySelector(".accounts");
          if (!strip) {
            strip = el("section", { class: "accounts", "aria-label": "Calendars" });
            fill(content, strip, el("section", { class: "week", "aria-labelledby": "week-title" }));
          }
          // Redrawn only when it changed, so that nobody loses the button they are on.
          if (strip.dataset.state !== state) {
            strip.dataset.state = state;
            const list = shown.map((connection) =>
              account(connection, calendars.find((calendar) => calendar.connection_id === connection.id)));
            fill(strip, el("ul", {},\##
         ...list), el("p", { class: "more-accounts" },\##
         "Connect another:",
              connectButton("google", "plain small", "Google"), connectButton("microsoft", "plain small", \##
        "Microsoft")));
          }
          return calendars;
        }

        """##

    /// `app/gateway.js`
    static let appGatewayJS = ##"""
        const base = document.body.dataset.gateway;
        let token = null;
        let renewAt = 0;
        let minting = null;

        /// The error, as the gateway's problem document says it.
        export class Problem extends Error {
          constructor(status, document) {
            super(document?.detail ?? `The answer was ${status}.`);
            this.status = status;
            this.code = (document?.type ?? "").split(":").pop();
            this.action = document?.action ?? null;
            this.retryAfter = document?.retry_after ?? null;
          }
        }

        async function exchange(url, options) {
          let reply;
          try {
            reply = await fetch(url, options);
          } catch {
            throw new Problem(0, { detail: "There is no connection at the moment.", action: "wait" });
          }
          const text = await reply.text();
          let body = null;
          try { body = text ? JSON.parse(text) : null; } catch { /* not JSON: the status says enough */ }
          if (!reply.ok) throw new Problem(reply.status, body);
          return body;
        }

        const json = (method, body, headers = {}) => ({
          method,
          headers: body === undefined ? headers : { ...headers, "Content-Type": "application/json" },
          body: body === undefined ? undefined : JSON.stringify(body),
        });

        /// Calls our own server.
        export async function own(path, body = {}) {
          try {
            return await exchange(path, json("POST", body));
          } catch (problem) {
            if (problem.status === 401) location.assign("/");
            throw problem;
          }
        }

        async function mint() {
          minting ??= own("/session").finally(() => { minting = null; });
          const minted = await minting;
          token = minted.token;
          renewAt = new Date(minted.expires_at) - 60000;
        }

        /// Calls the gateway. A session that is over is replaced, once. To a page of another origin its refusal may \##
        look as
        /// if there were no answer, since it names no tenant; if nobody may have a session, our own server gets the \##
        reason.
        export async function call(method, path, body) {
          if (!token || Date.now() > renewAt) await mint();
          const used = token;
          try {
            return await exchange(base + path, json(method, body, { Authorization: `Bearer ${used}` }));
          } catch (problem) {
            if (problem.status !== 401 && problem.status !== 0) throw problem;
            if (token === used) await mint();
            return await exchange(base + path, json(method, body, { Authorization: `Bearer ${token}` }));
          }
        }

        /// Every item of a list, page by page.
        export async function all(path) {
          const items = [];
          let cursor = null;
          do {
            const more = cursor ? (path.includes("?") ? "&" : "?") + `cursor=${encodeURIComponent(cursor)}` : "";
            const page = await call("GET", path + more);
            items.push(...page.data);
            cursor = page.next_cursor;
          } while (cursor);
          return items;
        }

        """##

    /// `app/inbox.js`
    static let appInboxJS = ##"""
        import { el, fill } from "./page.js";
        import { exactTime, sentence } from "./words.js";

        const list = document.getElementById("messages");
        const live = document.getElementById("live");
        const most = 200;

        function entry(message, titleOf, fresh) {
          const { id, received_at, type, timestamp, data, extra, context } = message;
          const details = el("details", {},
            el("summary", {},\##
         el("code", {},\##
         message.type),
              el("time", { datetime: received_at },\##
         exactTime(new Date(received_at))),
              el("span", {},\##
         sentence(message, titleOf))),
            el("pre", { tabindex: "0" }));
          details.addEventListener("toggle", () => {
            details.lastChild.textContent = `webhook-id: ${id}\n\n${JSON.stringify({ type, timestamp, data, extra, \##
        context },\##
         null, 2)}`;
          },\##
         { once: true });
          return el("li", { class: fresh ? "message fresh" : "message", "data-type": message.type },\##
         details);
        }

        /// Shows what came so far, then what comes; `arrived` gets only what this page has not shown before.
        export function watchInbox(arrived, titleOf) {
          const quiet = document.getElementById("quiet");
          const counter = document.getElementById("count");
          let ready = false;
          const source = new EventSource("/inbox");
          source.addEventListener("message", ({ data }) => {
            const message = JSON.parse(data);
            list.prepend(entry(message, titleOf, ready));
            while (list.children.length > most) list.lastChild.remove();
            quiet.hidden = true;
            counter.hidden = false;
            fill(counter, String(list.children.length), el("span", { class: "visually-hidden" },\##
         " webhooks"));
            if (ready) arrived(message);
          });
          // Earlier messages are not read out; those that come from here on are.
          source.addEventListener("ready", () => {
            ready = true;
            list.setAttribute("aria-live", "polite");
            live.textContent = "Live";
            live.dataset.state = "live";
          });
          source.addEventListener("error", () => {
            live.textContent = "Reconnecting";
            live.dataset.state = "waiting";
          });
        }

        """##

    /// `app/main.js`
    static let appMainJS = ##"""
        import { finishConsent, loadCalendars } from "./calendars.js";
        import { watchInbox } from "./inbox.js";
        import { el, fill, hush, say, tell } from "./page.js";
        import { loadWeek, refreshMeeting, titleOf } from "./week.js";

        const primary = document.getElementById("primary");
        const progress = document.getElementById("progress");

        // The ticket leaves the address bar before anything else happens.
        const returned = location.pathname === "/connected" ? new URLSearchParams(location.search) : null;
        if (returned) history.replaceState(null, "", "/");

        let loading = null;
        let again = false;

        /// Shows what the gateway knows now. Calls that come meanwhile make one more round, not many.
        export function load() {
          again = loading !== null;
          loading ??= (async () => {
            try {
              do {
                again = false;
                const calendars = await loadCalendars(load);
                await loadWeek(calendars);
              } while (again);
            } catch (problem) {
              tell(problem);
              const content = document.getElementById("content");
              if (content.querySelector(".skeleton")) {
                fill(content, el("section", { class: "card" },\##
         el("h1", {},\##
         "Your week could not be loaded"),
                  el("p", {},\##
         "Nothing is lost; it is still where it was."),
                  el("button", { class: "primary-button", onclick: () => { hush(); load(); } },\##
         "Try again")));
              }
            } finally {
              loading = null;
              primary.setAttribute("aria-busy", "false");
              progress.textContent = "";
            }
          })();
          return loading;
        }

        const about = /^(bot\.|recording\.|complete$|failed$)/;

        function arrived(message) {
          const event = message.context.event_id ?? message.data?.event_id;
          if (about.test(message.type) && event) refreshMeeting(event);
          else if (/^(calendar|connection)\./.test(message.type)) load();
        }

        if (returned) {
          progress.textContent = "Finishing the connection";
          try {
            const done = await finishConsent(returned);
            if (done) say(done);
          } catch (problem) {
            tell(problem);
          }
        }
        // Back from a consent that was left half-way: the page as it was kept may be out of date.
        addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
        await load();
        watchInbox(arrived, titleOf);

        """##

    /// `app/meeting.js`
    static let appMeetingJS = ##"""
        import { call, own } from "./gateway.js";
        import { el, fill, hush, icon, tell } from "./page.js";
        import { count, duration, service, time } from "./words.js";

        const states = {
          off: "Not recorded", on: "Switching on", gone: "Switching off", scheduled: "Bot is planned",
          joining: "Bot is joining", recording: "Recording now", completed: "Recorded", failed: "Not recorded: it \##
        failed",
        };
        const artifacts = [["video", "video", "Video"], ["audio", "sound", "Sound"], ["transcription", "text", \##
        "Transcript"]];

        export class Meeting {
          constructor(event, changed) {
            this.changed = changed;
            this.busy = false;
            this.links = null;
            this.card = el("li", { class: "meeting", "data-event": event.id });
            this.when = el("p", { class: "time" });
            this.title = el("h3", {});
            this.facts = el("p", { class: "facts" });
            this.more = el("div", { class: "more" });
            this.side = el("div", { class: "side" });
            this.card.append(this.when, el("div", { class: "what" },\##
         this.title, this.facts, this.more), this.side);
            const stateID = `state-${event.id}`;
            this.input = el("input", { type: "checkbox", role: "switch", "aria-describedby": stateID,
              onchange: () => this.toggle() });
            this.label = el("label", { class: "switch" },\##
         el("span", {},\##
         "Record"), this.input);
            this.state = el("p", { class: "state", id: stateID });
            this.control = el("button", { class: "sandbox-button", onclick: () => this.runBot() });
            this.update(event);
          }

          /// Shows the event as the gateway has it. While a change is on its way, the change's own answer counts.
          update(event) {
            if (this.busy) return;
            this.event = event;
            const start = new Date(event.start_time);
            const end = new Date(event.end_time);
            const running = start <= Date.now() && Date.now() < end;
            fill(this.when, el("time", { datetime: event.start_time },\##
         time(start)),
              el("span", {},\##
         running ? "Now" : duration(start, end)));
            this.title.textContent = event.title ?? "Busy";
            this.input.setAttribute("aria-label", `Record ${event.title ?? "this meeting"}`);
            this.card.dataset.status = event.status;
            this.showFacts();
            const cancelled = event.status === "cancelled";
            const late = end <= Date.now() && !event.recording;
            if (cancelled || late || !event.meeting_url) {
              const reason = cancelled ? "Cancelled" : event.meeting_url ? "Over" : "No meeting link";
              fill(this.side, el("p", { class: "state" },\##
         reason));
              fill(this.more);
            } else if (!this.label.isConnected || this.side.firstChild !== this.label) {
              fill(this.side, this.label, this.state);
            }
            this.showRecording(event.recording?.state ?? "off");
          }

          showFacts() {
            const { event } = this;
            const facts = [];
            if (event.meeting_url) {
              const safe = URL.canParse(event.meeting_url) && new URL(event.meeting_url).protocol === "https:";
              const link = { href: event.meeting_url, target: "_blank", rel: "noopener noreferrer" };
              facts.push(el(safe && event.status !== "cancelled" ? "a" : "span",
                safe && event.status !== "cancelled" ? link : {},\##
         icon("video"), service(event)));
            }
            const people = event.attendees.length;
            if (people) facts.push(el("span", {},\##
         icon("people"), count(people, "person", "people")));
            if (event.is_organizer) facts.push(el("span", {},\##
         "You organize"));
            if (event.is_recurring) facts.push(el("span", {},\##
         icon("repeat"), "Repeats"));
            fill(this.facts, ...facts);
          }

          showRecording(state) {
            this.card.dataset.recording = state;
            this.state.textContent = states[state] ?? state;
            this.input.checked = !["off", "gone"].includes(state);
            const fixed = ["joining", "recording", "completed", "failed"].includes(state);
            this.card.toggleAttribute("data-fixed", fixed);
            if (["on", "scheduled", "joining", "recording"].includes(state)) {
              const text = ["on", "scheduled"].includes(state) ? "Let the bot join now" : "Let the meeting end";
              this.control.dataset.outcome = ["on", "scheduled"].includes(state) ? "recording" : "completed";
              if (this.control.textContent !== text) fill(this.control, icon("flask"), text);
              if (!this.control.isConnected || this.control.parentNode !== this.more) {
                fill(this.more, el("span", { class: "tag" },\##
         "Sandbox"), this.control);
              }
            } else if (state === "completed") {
              this.showArtifacts();
            } else {
              fill(this.more);
            }
          }

          /// The links live four hours; they are asked for when the meeting is shown.
          async showArtifacts() {
            if (this.links) return;
            this.links = el("p", { class: "artifacts" },\##
         "Fetching the recording");
            fill(this.more, this.links);
            try {
              const recording = await call("GET", `/api/v1/events/${this.event.id}/recording`);
              const found = artifacts.filter(([name]) => recording.artifacts?.[name]);
              fill(this.links, ...found.map(([name, drawing, text]) => el("a", { href: recording.artifacts[name],
                target: "_blank", rel: "noopener noreferrer", "aria-label": `${text} of ${this.event.title}` },
              icon(drawing), text)));
            } catch (problem) {
              this.links = null;
              fill(this.more);
              tell(problem);
            }
          }

          async toggle() {
            const wanted = this.input.checked;
            const before = this.event.recording?.state ?? "off";
            if (this.busy) {
              this.input.checked = !wanted;
              return;
            }
            this.busy = true;
            hush();
            this.showRecording(wanted ? "on" : "gone");
            const path = `/api/v1/events/${this.event.id}/recording`;
            try {
              const event = wanted
                ? await call("PUT", path, { bot_name: "Northwind Notes", recording_mode: "speaker_view",
                    entry_message: `${document.body.dataset.name} records this meeting with Northwind Notes.`,
                    transcription: { provider: "gladia" },\##
         extra: { product: "northwind-notes" } })
                : await call("DELETE", path);
              this.busy = false;
              this.update(event);
            } catch (problem) {
              this.busy = false;
              this.showRecording(before);
              tell(problem);
            }
            this.changed();
          }

          async runBot() {
            if (this.busy || this.control.getAttribute("aria-disabled") === "true") return;
            this.control.setAttribute("aria-disabled", "true");
            hush();
            try {
              await own("/sandbox/bot", { event_id: this.event.id, outcome: this.control.dataset.outcome });
            } catch (problem) {
              tell(problem);
            }
            this.control.removeAttribute("aria-disabled");
          }
        }

        """##

    /// `app/page.js`
    static let appPageJS = ##"""
        import { explain } from "./words.js";

        /// An element. Text goes in as text, never as markup.
        export function el(tag, attributes = {},\##
         ...children) {
          const node = document.createElement(tag);
          for (const [name, value] of Object.entries(attributes)) {
            if (value === undefined || value === null || value === false) continue;
            if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
            else node.setAttribute(name, value === true ? "" : value);
          }
          node.append(...children.filter((child) => child !== undefined && child !== null && child !== ""));
          return node;
        }

        export function fill(node, ...children) {
          node.replaceChildren(...children.filter(Boolean));
          return node;
        }

        export function icon(name) {
          const space = "http://www.w3.org/2000/svg";
          const drawing = document.createElementNS(space, "svg");
          drawing.setAttribute("class", "icon");
          drawing.setAttribute("aria-hidden", "true");
          const use = document.createElementNS(space, "use");
          use.setAttribute("href", `#icon-${name}`);
          drawing.append(use);
          return drawing;
        }

        function notice(place, kind, ...content) {
          const close = el("button", { class: "plain close", "aria-label": "Dismiss" },\##
         "✕");
          const shown = el("div", { class: `notice ${kind}` },\##
         el("p", {},\##
         ...content), close);
          close.addEventListener("click", () => shown.remove());
          fill(document.getElementById(place), shown);
          return shown;
        }

        /// Tells what happened. It goes by itself, unless there is something in it to follow.
        export function say(...content) {
          hush();
          const shown = notice("status", "good", ...content);
          if (!shown.querySelector("a")) setTimeout(() => shown.remove(), 8000);
        }

        /// Tells what went wrong, and who can mend it.
        export function tell(problem) {
          fill(document.getElementById("status"));
          notice("alert", "bad", el("strong", {},\##
         problem.message), " ", explain(problem));
        }

        /// The last error is no longer of interest: something new is tried.
        export const hush = () => fill(document.getElementById("alert"));

        /// Asks before something is undone.
        export function confirmed(title, text, yes) {
          const dialog = document.getElementById("confirm");
          document.getElementById("confirm-title").textContent = title;
          document.getElementById("confirm-text").textContent = text;
          dialog.querySelector("[value=yes]").textContent = yes;
          dialog.returnValue = "no";
          dialog.showModal();
          return new Promise((resolve) => {
            dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true });
          });
        }

        """##

    /// `app/week.js`
    static let appWeekJS = ##"""
        import { all, call } from "./gateway.js";
        import { Meeting } from "./meeting.js";
        import { el, fill, tell } from "./page.js";
        import { count, day, dayName, midnight } from "./words.js";

        const meetings = new Map();

        export const titleOf = (id) => meetings.get(id)?.event.title ?? null;

        function summarize() {
          const line = document.getElementById("week-summary");
          if (!line) return;
          const shown = [...meetings.values()].filter(({ event }) => event.status !== "cancelled");
          const recorded = shown.filter(({ event }) => event.recording).length;
          line.textContent = shown.length
            ? `${count(shown.length, "meeting")},\##
         ${recorded || "none"} with recording on` : "";
        }

        /// Reads the week of these calendars and shows it. Cards that stay are kept, with the focus in them.
        export async function loadWeek(calendars) {
          if (!calendars) return meetings.clear();
          const from = midnight(new Date());
          const to = midnight(from, 7);
          const query = `status=all&start_date_gte=${from.toISOString()}&start_date_lte=${to.toISOString()}`;
          const lists = await Promise.all(calendars.map(({ id }) => all(`/api/v1/calendars/${id}/events?${query}`)));
          const events = lists.flat().filter((event) => new Date(event.start_time) < to)
            .sort((one, other) => one.start_time.localeCompare(other.start_time));

          const known = new Set(events.map(({ id }) => id));
          for (const id of meetings.keys()) if (!known.has(id)) meetings.delete(id);
          for (const event of events) {
            if (meetings.has(event.id)) meetings.get(event.id).update(event);
            else meetings.set(event.id, new Meeting(event, summarize));
          }
          show(events, from, calendars.length > 0);
        }

        function show(events, from, connected) {
          const place = document.querySelector(".week");
          const order = events.map(({ id, start_time }) => id + start_time).join(" ") + connected;
          if (place.dataset.order !== order) {
            place.dataset.order = order;
            const days = new Map();
            for (const event of events) {
              const start = midnight(new Date(event.start_time));
              const list = days.get(start.getTime()) ?? days.set(start.getTime(), []).get(start.getTime());
              list.push(meetings.get(event.id).card);
            }
            const sections = [...days].map(([time, cards]) => {
              const start = new Date(time);
              return el("section", { class: "day" },
                el("h2", {},\##
         dayName(start), el("span", {},\##
         day(start))), el("ol", { class: "meetings" },\##
         ...cards));
            });
            const last = midnight(from, 6);
            fill(place,
              el("div", { class: "week-head" },\##
         el("h1", { id: "week-title" },\##
         "Your week"),
                el("p", { class: "range" },\##
         `${day(from)} – ${day(last)}`), el("p", { id: "week-summary" })),
              ...(sections.length ? sections : [el("p", { class: "card quiet" },\##
         connected
                ? "No meetings in the next seven days." : "Your meetings appear here once a calendar is \##
        connected.")]));
          }
          summarize();
        }

        /// Reads one meeting anew.
        export async function refreshMeeting(id) {
          const meeting = meetings.get(id);
          if (!meeting) return;
          try {
            meeting.update(await call("GET", `/api/v1/events/${id}`));
            summarize();
          } catch (problem) {
            tell(problem);
          }
        }

        """##

    /// `app/words.js`
    static let appWordsJS = ##"""
        const clock = new Intl.DateTimeFormat(undefined, { hour: "numeric", minute: "2-digit" });
        const seconds = new Intl.DateTimeFormat(undefined, { hour: "numeric", minute: "2-digit", second: "2-digit" \##
        });
        const weekday = new Intl.DateTimeFormat(undefined, { weekday: "long" });
        const date = new Intl.DateTimeFormat(undefined, { month: "long", day: "numeric" });

        export const time = (moment) => clock.format(moment);
        export const exactTime = (moment) => seconds.format(moment);
        export const day = (moment) => date.format(moment);

        export function midnight(moment, days = 0) {
          return new Date(moment.getFullYear(), moment.getMonth(), moment.getDate() + days);
        }

        export function dayName(moment, now = new Date()) {
          const distance = Math.round((midnight(moment) - midnight(now)) / 86400000);
          return distance === 0 ? "Today" : distance === 1 ? "Tomorrow" : weekday.format(moment);
        }

        export function duration(from, to) {
          const minutes = Math.round((to - from) / 60000);
          if (minutes < 60) return `${minutes} min`;
          return minutes % 60 ? `${Math.floor(minutes / 60)} h ${minutes % 60} min` : `${minutes / 60} h`;
        }

        export const count = (number, one, many = one + "s") => `${number} ${number === 1 ? one : many}`;

        const services = [
          [/meet|google/, "Google Meet"], [/zoom/, "Zoom"], [/teams|microsoft/, "Microsoft Teams"],
        ];

        export function service(event) {
          const named = event.meeting_platform ?? (URL.canParse(event.meeting_url) ? new URL(event.meeting_url).host \##
        : "");
          return services.find(([pattern]) => pattern.test(named.toLowerCase()))?.[1] ?? "Online meeting";
        }

        export const vendor = (provider) => (provider === "google" ? "Google" : "Microsoft");

        const remedies = {
          calendar_already_connected: "A calendar is connected once only: choose another, or disconnect it where it \##
        is.",
          needs_reconnect: "Connect the account again.",
          account_mismatch: "Choose the account that was connected before.",
        };

        /// The remedy, or the person who must act, in a sentence.
        export function explain(problem) {
          if (remedies[problem.code]) return remedies[problem.code];
          switch (problem.action) {
            case "user": return "This one is for you to put right.";
            case "tenant": return "This is for us at Northwind Notes to put right.";
            case "operator": return "Whoever runs the meeting gateway has to put this right.";
            case "wait":
              return problem.retryAfter ? `Try again in ${count(problem.retryAfter, "second")}.` : "Try again in a \##
        moment.";
            default: return "";
          }
        }

        const botSteps = {
          joining_call: "The bot is joining %.", in_waiting_room: "The bot waits to be let into %.",
          in_call_recording: "The bot is recording %.", in_call_not_recording: "The bot has joined %.",
          call_ended: "The call of % has ended.", bot_rejected: "The bot was not let into %.",
        };

        const connections = {
          active: "connected", missing_scope: "connected, but without the calendar", needs_reconnect: "to be \##
        connected again",
          blocked: "blocked by its administrator", recovered: "connected again", deleted: "disconnected",
        };

        // The end of a connection names it by its id alone; an earlier message named its owner.
        const emails = new Map();

        /// A webhook in a short sentence.
        export function sentence(message, titleOf) {
          const data = message.data ?? {};
          const title = titleOf(message.context.event_id ?? data.event_id);
          const meeting = title ? `“${title}”` : "a meeting";
          switch (message.type) {
            case "recording.scheduled": return `Recording is on for ${meeting}.`;
            case "recording.changed": return `The recording of ${meeting} was changed.`;
            case "recording.cancelled": return `Recording is off for ${meeting}.`;
            case "bot.status_change": {
              const code = data.status?.code ?? "changed";
              return (botSteps[code] ?? `The bot of %: ${code.replaceAll("_", " ")}.`).replace("%", () => meeting);
            }
            case "bot.completed": case "complete": return `The recording of ${meeting} is ready.`;
            case "bot.failed": case "failed":
              return `${meeting} could not be recorded: ${data.error_message ?? data.message ?? "no reason given"}.`;
            case "calendar.connection_created": return "Meeting BaaS has opened the calendar.";
            case "calendar.connection_updated": return "Meeting BaaS has the calendar’s new access.";
            case "calendar.connection_deleted": return "Meeting BaaS has closed the calendar.";
            case "calendar.connection_error": return "Meeting BaaS cannot read the calendar.";
            case "calendar.events_synced": return "The calendar’s meetings were read.";
            case "calendar.event_created": return "A meeting was added to the calendar.";
            case "calendar.event_updated": return `${title ? meeting : "A meeting"} was changed in the calendar.`;
            case "calendar.event_cancelled": return `${title ? meeting : "A meeting"} was cancelled in the \##
        calendar.`;
            case "calendar.sync_events": {
              const number = (data.affected_event_uuids ?? []).length;
              return number ? `${count(number, "meeting")} may have changed.` : "Meetings may have changed.";
            }
          }
          const state = message.type.startsWith("connection.") && connections[message.type.slice(11)];
          if (state) {
            const id = message.context.connection_id ?? data.id;
            if (data.account?.email) emails.set(id, data.account.email);
            return `${emails.get(id) ?? "The account"} is ${state}.`;
          }
          const words = message.type.replace(/[._]/g, " ");
          return words[0].toUpperCase() + words.slice(1) + ".";
        }

        """##

    /// `app.html`
    static func appHTML(initial: String, name: String) -> String {
        ##"""
        <svg class="sprite" aria-hidden="true"><symbol id="icon-calendar" viewBox="0 0 24 24"><path d="M4 7a2 2 0 0 \##
        1 2-2h12a2 2 0 0 1 2 2v11a2 2 0 0 1-2 2H6a2 2 0 0 1-2-2zM4 10h16M8 3v4M16 3v4"/></symbol><symbol \##
        id="icon-flask" viewBox="0 0 24 24"><path d="M9 3h6M10 3v6l-5 9a2 2 0 0 0 2 3h10a2 2 0 0 0 2-3l-5-9V3M8 \##
        14h8"/></symbol><symbol id="icon-inbox" viewBox="0 0 24 24"><path d="M4 13l3-8h10l3 8v5a1 1 0 0 1-1 1H5a1 1 \##
        0 0 1-1-1zM4 13h5l1 2h4l1-2h5"/></symbol><symbol id="icon-people" viewBox="0 0 24 24"><path d="M9 11a3 3 0 1 \##
        0 0-6 3 3 0 0 0 0 6zM3 19c0-3 2-5 6-5s6 2 6 5M16 5a3 3 0 0 1 0 6M18 14c2 1 3 3 3 5"/></symbol><symbol \##
        id="icon-repeat" viewBox="0 0 24 24"><path d="M4 11V9a3 3 0 0 1 3-3h11l-3-3M20 13v2a3 3 0 0 1-3 3H6l3 \##
        3"/></symbol><symbol id="icon-sound" viewBox="0 0 24 24"><path d="M4 14v-2a8 8 0 0 1 16 0v2M4 14h3v6H5a1 1 0 \##
        0 1-1-1zM20 14h-3v6h2a1 1 0 0 0 1-1z"/></symbol><symbol id="icon-text" viewBox="0 0 24 24"><path d="M6 3h8l4 \##
        4v14H6zM14 3v4h4M9 12h6M9 16h6"/></symbol><symbol id="icon-video" viewBox="0 0 24 24"><path d="M3 8a2 2 0 0 \##
        1 2-2h8a2 2 0 0 1 2 2v8a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2zM15 11l6-4v10l-6-4"/></symbol></svg>
        <a class="skip" href="#primary">Skip to your week</a>
        <header class="top"><a class="brand" href="/"><svg class="logo" viewBox="0 0 32 32" aria-hidden="true"><rect \##
        width="32" height="32" rx="9"/><g transform="rotate(40 16 16)"><path class="north" d="M16 4l4.5 \##
        11.5h-9z"/><path class="south" d="M16 28l-4.5-11.5h9z"/></g></svg><span>Northwind Notes</span></a>
        <div class="who"><span class="avatar" aria-hidden="true">\##(Page.escape(initial))</span>
        <span class="name">\##(Page.escape(name))</span>
        <form method="post" action="/sign-out"><button class="plain">Sign out</button></form></div></header>
        <main class="columns">
        <div id="primary" class="primary" tabindex="-1" aria-busy="true">
        <noscript><p>Northwind Notes needs JavaScript.</p></noscript>
        <p class="visually-hidden" role="status" id="progress">Loading your week</p>
        <div id="content"><div class="skeleton"></div><div class="skeleton tall"></div></div>
        </div>
        <aside class="inbox" id="inbox" aria-labelledby="inbox-title">
        <div class="inbox-head"><h2 id="inbox-title">Webhook inbox</h2>
        <p class="live" id="live" role="status">Connecting</p></div>
        <p class="inbox-note">What the meeting gateway told our server about you, signature checked, newest \##
        first.</p>
        <div class="inbox-scroll" tabindex="0" role="region" aria-label="Messages">
        <ol id="messages" role="log" aria-live="off" aria-label="Webhooks"></ol>
        <p id="quiet" class="quiet">Nothing yet. Connect a calendar or record a meeting, and it appears \##
        here.</p></div>
        </aside>
        </main>
        <nav class="tabs" aria-label="Parts of this page">
        <a href="#primary"><svg class="icon" aria-hidden="true"><use href="#icon-calendar"/></svg>Week</a>
        <a href="#inbox"><svg class="icon" aria-hidden="true"><use href="#icon-inbox"/></svg>Inbox <span id="count" \##
        class="count" hidden></span></a></nav>
        <div class="notices"><div id="alert" role="alert"></div><div id="status" role="status"></div></div>
        <dialog id="confirm" aria-labelledby="confirm-title"><form method="dialog"><h2 id="confirm-title"></h2>
        <p id="confirm-text"></p><div class="buttons"><button class="danger" value="yes"></button>
        <button class="secondary" value="no" autofocus>Keep it</button></div></form></dialog>
        """##
    }

    /// `favicon.svg`
    static let faviconSVG = ##"""
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 \##
        32"><style>.north{fill:#fff}.south{fill:#8fd8c6}</style><rect width="32" height="32" rx="9" \##
        fill="#0a6656"/><g transform="rotate(40 16 16)"><path class="north" d="M16 4l4.5 11.5h-9z"/><path \##
        class="south" d="M16 28l-4.5-11.5h9z"/></g></svg>

        """##

    /// `icons.svg`
    static let iconsSVG = ##"""
        <svg class="sprite" aria-hidden="true"><symbol id="icon-calendar" viewBox="0 0 24 24"><path d="M4 7a2 2 0 0 \##
        1 2-2h12a2 2 0 0 1 2 2v11a2 2 0 0 1-2 2H6a2 2 0 0 1-2-2zM4 10h16M8 3v4M16 3v4"/></symbol><symbol \##
        id="icon-flask" viewBox="0 0 24 24"><path d="M9 3h6M10 3v6l-5 9a2 2 0 0 0 2 3h10a2 2 0 0 0 2-3l-5-9V3M8 \##
        14h8"/></symbol><symbol id="icon-inbox" viewBox="0 0 24 24"><path d="M4 13l3-8h10l3 8v5a1 1 0 0 1-1 1H5a1 1 \##
        0 0 1-1-1zM4 13h5l1 2h4l1-2h5"/></symbol><symbol id="icon-people" viewBox="0 0 24 24"><path d="M9 11a3 3 0 1 \##
        0 0-6 3 3 0 0 0 0 6zM3 19c0-3 2-5 6-5s6 2 6 5M16 5a3 3 0 0 1 0 6M18 14c2 1 3 3 3 5"/></symbol><symbol \##
        id="icon-repeat" viewBox="0 0 24 24"><path d="M4 11V9a3 3 0 0 1 3-3h11l-3-3M20 13v2a3 3 0 0 1-3 3H6l3 \##
        3"/></symbol><symbol id="icon-sound" viewBox="0 0 24 24"><path d="M4 14v-2a8 8 0 0 1 16 0v2M4 14h3v6H5a1 1 0 \##
        0 1-1-1zM20 14h-3v6h2a1 1 0 0 0 1-1z"/></symbol><symbol id="icon-text" viewBox="0 0 24 24"><path d="M6 3h8l4 \##
        4v14H6zM14 3v4h4M9 12h6M9 16h6"/></symbol><symbol id="icon-video" viewBox="0 0 24 24"><path d="M3 8a2 2 0 0 \##
        1 2-2h8a2 2 0 0 1 2 2v8a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2zM15 11l6-4v10l-6-4"/></symbol></svg>

        """##

    /// `logo.svg`
    static let logoSVG = ##"""
        <svg class="logo" viewBox="0 0 32 32" aria-hidden="true"><rect width="32" height="32" rx="9"/><g \##
        transform="rotate(40 16 16)"><path class="north" d="M16 4l4.5 11.5h-9z"/><path class="south" d="M16 \##
        28l-4.5-11.5h9z"/></g></svg>

        """##

    /// `not-ready.html`
    static let notReadyHTML = ##"""
        <main class="door-card"><p class="brand"><svg class="logo" viewBox="0 0 32 32" aria-hidden="true"><rect \##
        width="32" height="32" rx="9"/><g transform="rotate(40 16 16)"><path class="north" d="M16 4l4.5 \##
        11.5h-9z"/><path class="south" d="M16 28l-4.5-11.5h9z"/></g></svg><span>Northwind Notes</span></p>
        <h1>One moment.</h1><p class="lead">The gateway is being set up. <a href="/">Try again</a></p></main>
        """##

    /// `page.html`
    static func pageHTML(title: String, script: String, kind: String, data: String, content: String) -> String {
        ##"""
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>\##(Page.escape(title)) · Northwind Notes</title>
        <link rel="icon" href="/favicon.svg" type="image/svg+xml">
        <link rel="stylesheet" href="/style.css">
        \##(script)
        </head>
        <body class="\##(Page.escape(kind))"\##(data)>
        \##(content)
        </body>
        </html>

        """##
    }

    /// `sign-in.html`
    static func signInHTML(alert: String) -> String {
        ##"""
        <main class="door-card">
        <p class="brand"><svg class="logo" viewBox="0 0 32 32" aria-hidden="true"><rect width="32" height="32" \##
        rx="9"/><g transform="rotate(40 16 16)"><path class="north" d="M16 4l4.5 11.5h-9z"/><path class="south" \##
        d="M16 28l-4.5-11.5h9z"/></g></svg><span>Northwind Notes</span></p>
        <h1>Every meeting, written down.</h1>
        <p class="lead">Connect your calendar once. Choose which meetings to record. Read them the same day.</p>
        <form method="post" action="/sign-in"><fieldset><legend>Continue as</legend>
        <div class="people"><button class="person" name="name" value="Ann"><span class="avatar" \##
        aria-hidden="true">A</span><span><strong>Ann</strong><small>Her calendar is connected \##
        already</small></span></button>
        <button class="person" name="name" value="Ben"><span class="avatar" \##
        aria-hidden="true">B</span><span><strong>Ben</strong><small>Starts fresh</small></span></button>
        <button class="person" name="name" value="Mia"><span class="avatar" \##
        aria-hidden="true">M</span><span><strong>Mia</strong><small>Starts \##
        fresh</small></span></button></div></fieldset></form>
        <form method="post" action="/sign-in" class="other">
        <label for="name">Or somebody else</label>
        <div class="field"><input id="name" name="name" autocomplete="given-name" maxlength="60" required
        placeholder="Your first name"><button class="secondary">Continue</button></div>\##(alert)
        </form>
        <p class="sandbox-note"><span class="tag">Sandbox</span> A demo product on this machine: no password, no \##
        real calendar, no real bot.</p>
        </main>
        """##
    }

    /// `style.css`
    static let styleCSS = ##"""
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
        .visually-hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); \##
        white-space: nowrap; }
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
        .plain { border: 0; background: none; padding: .5rem; min-height: 2.75rem; color: var(--soft); font-weight: \##
        500;
          border-radius: 8px; white-space: nowrap; text-decoration: underline; text-decoration-color: var(--line); \##
        text-underline-offset: .25em; }
        .plain:hover { color: var(--ink); text-decoration-color: currentColor; }
        .small { font-size: .875rem; }
        .secondary.small { min-height: 2.75rem; padding: .25rem .75rem; }
        [aria-disabled="true"] { cursor: default; opacity: .6; }
        .buttons { display: flex; flex-wrap: wrap; gap: .75rem; }
        .card, .day, .inbox, .accounts { background: var(--card); border: 1px solid var(--line);
          border-radius: var(--radius); }
        .lead { color: var(--soft); font-size: 1.0625rem; }
        .quiet { color: var(--soft); padding: 1.25rem; }

        .top { position: sticky; top: 0; z-index: 3; display: flex; align-items: center; justify-content: \##
        space-between;
          gap: 1rem; padding: .5rem max(1.25rem, calc(50vw - 40rem)); background: var(--card);
          border-bottom: 1px solid var(--line); }
        .brand { display: inline-flex; align-items: center; gap: .625rem; font-weight: 700; letter-spacing: -.015em;
          font-size: 1.0625rem; color: var(--ink); text-decoration: none; white-space: nowrap; }
        .logo { width: 2rem; height: 2rem; }
        .logo rect { fill: var(--brand); } .logo .north { fill: var(--on-brand); } .logo .south { fill: \##
        var(--needle); }
        .who { display: flex; align-items: center; gap: .5rem; min-width: 0; }
        .who .name { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
        .avatar { display: inline-grid; place-items: center; width: 2rem; height: 2rem; flex: none; border-radius: \##
        50%;
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
        .field input { flex: 1; min-width: 0; min-height: 2.75rem; padding: .5rem .875rem; font: inherit; color: \##
        inherit;
          background: var(--card); border: 1px solid var(--track); border-radius: 10px; }
        .field input::placeholder { color: var(--soft); opacity: 1; }
        .field-problem { color: var(--red); font-size: .875rem; margin-top: .375rem; }
        .tag { font-size: .75rem; font-weight: 700; letter-spacing: .04em; text-transform: uppercase; color: \##
        var(--amber); }
        .sandbox-note { display: grid; gap: .125rem; font-size: .875rem; color: var(--amber); background: \##
        var(--amber-tint); padding: .75rem 1rem;
          border-radius: 10px; }
        .columns { display: grid; grid-template-columns: minmax(0, 1fr) 24rem; gap: 1.5rem; align-items: start;
          max-width: 80rem; margin: 0 auto; padding: 1.5rem 1.25rem 3rem; }
        .primary { min-height: 80vh; }
        #content { display: grid; gap: 1.25rem; }
        .card { padding: 1.5rem; display: grid; gap: 1rem; justify-items: start; }
        .skeleton { height: 4.5rem; border-radius: var(--radius); background: var(--hover); }
        .skeleton.tall { height: 24rem; }
        .welcome { padding: clamp(1.5rem, 4vw, 3rem); gap: 1.25rem; }
        .steps { display: grid; grid-template-columns: repeat(auto-fit, minmax(11rem, 1fr)); gap: 1.5rem; width: \##
        100%;
          margin-top: 1rem; padding-top: 1.5rem; border-top: 1px solid var(--line); counter-reset: step; }
        .steps li { color: var(--soft); counter-increment: step; }
        .steps strong { display: block; color: var(--ink); }
        .steps strong::before { content: counter(step); display: grid; place-items: center; width: 1.75rem; height: \##
        1.75rem;
          margin-bottom: .5rem; border-radius: 50%; background: var(--tint); color: var(--brand-text); font-size: \##
        .875rem; }

        .accounts { display: flex; flex-wrap: wrap; align-items: center; gap: .25rem 1rem; padding: .5rem .5rem \##
        .5rem 1rem; }
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
        .day h2 { display: flex; justify-content: space-between; align-items: baseline; gap: 1rem; padding: .75rem \##
        1.25rem;
          border-bottom: 1px solid var(--line); }
        .day h2 span { font-size: .875rem; font-weight: 400; letter-spacing: 0; color: var(--soft); }
        .meeting { display: grid; grid-template-columns: 5.5rem minmax(0, 1fr) auto; gap: .25rem 1rem; padding: 1rem \##
        1.25rem; }
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
        .state { display: flex; align-items: center; gap: .375rem; font-size: .875rem; color: var(--soft); \##
        min-height: 1.5rem; }
        [data-recording="scheduled"] .state, [data-recording="completed"] .state { color: var(--brand-text); }
        [data-recording="joining"] .state, [data-recording="recording"] .state, [data-recording="failed"] .state {
          color: var(--red); }
        [data-fixed] .state { padding: .1875rem .75rem; border-radius: 1rem; font-weight: 600; background: \##
        var(--tint); }
        [data-fixed]:not([data-recording="completed"]) .state { background: var(--red-tint); }
        [data-recording="completed"] .state::before { content: ""; width: .375rem; height: .625rem; margin: 0 \##
        .125rem .125rem;
          transform: rotate(45deg); border: solid currentColor; border-width: 0 2px 2px 0; }
        [data-recording="joining"] .state::before, [data-recording="recording"] .state::before { content: "";
          width: .5rem; height: .5rem; border-radius: 50%; background: currentColor; }
        .more { display: flex; flex-wrap: wrap; align-items: center; gap: .5rem; }
        .more:not(:empty) { min-height: 2.75rem; margin-top: .5rem; }
        .sandbox-button { display: inline-flex; align-items: center; gap: .5rem; min-height: 2.75rem; padding: \##
        .25rem .875rem;
          font-size: .875rem; font-weight: 600; color: var(--amber); background: var(--amber-tint);
          border: 1px dashed var(--amber-line); border-radius: 10px; }
        .sandbox-button:hover { border-style: solid; }
        .artifacts { display: flex; flex-wrap: wrap; gap: .5rem; font-size: .875rem; color: var(--soft); }
        .artifacts a { min-height: 2.25rem; padding: .25rem .75rem; border-radius: 10px; background: var(--tint);
          font-weight: 600; text-decoration: none; }
        .artifacts a:hover { text-decoration: underline; }

        .inbox { position: sticky; top: 4.75rem; display: grid; grid-template-rows: auto auto minmax(0, 1fr);
          height: calc(100vh - 6.25rem); overflow: clip; }
        .inbox-head { display: flex; justify-content: space-between; align-items: baseline; gap: 1rem; padding: \##
        .875rem 1.25rem 0; }
        .live { display: flex; align-items: center; gap: .375rem; font-size: .875rem; color: var(--soft); }
        .live::before { content: ""; width: .5rem; height: .5rem; border-radius: 50%; background: var(--track); }
        .live[data-state="live"]::before { background: var(--brand); }
        .inbox-note { font-size: .875rem; color: var(--soft); padding: .125rem 1.25rem .75rem; border-bottom: 1px \##
        solid var(--line); }
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
        .message code { font: 500 .8125rem/1.5 ui-monospace, "SF Mono", Menlo, Consolas, monospace; color: \##
        var(--brand-text);
          overflow-wrap: anywhere; }
        .message time { font-size: .8125rem; color: var(--soft); font-variant-numeric: tabular-nums; white-space: \##
        nowrap; }
        .message pre { max-height: 18rem; overflow: auto; margin: 0 1.25rem .875rem; padding: .75rem; border-radius: \##
        8px;
          background: var(--ground); font: .75rem/1.5 ui-monospace, "SF Mono", Menlo, Consolas, monospace; }

        .tabs { display: none; }
        .notices { position: fixed; z-index: 5; inset: auto 0 1.25rem; display: grid; gap: .5rem; justify-items: \##
        center;
          padding: 0 1rem; pointer-events: none; }
        .notice { display: flex; align-items: center; gap: .75rem; max-width: 36rem; padding: .375rem .5rem .375rem \##
        1rem;
          border-radius: 12px; box-shadow: var(--shadow); background: var(--ink); color: var(--card); \##
        pointer-events: auto; }
        .notice.bad { background: var(--red-tint); color: var(--red); border: 1px solid currentColor; }
        .notice a { color: inherit; }
        .notice .close { color: inherit; text-decoration: none; min-width: 2.75rem; }
        dialog { width: min(26rem, calc(100vw - 2rem)); padding: 1.5rem; border: 1px solid var(--line); \##
        border-radius: 16px;
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
            background: var(--card); border-top: 1px solid var(--line); padding-bottom: env(safe-area-inset-bottom); \##
        }
          .tabs a { display: flex; align-items: center; justify-content: center; gap: .5rem; min-height: 3.5rem;
            color: var(--ink); font-weight: 600; font-size: .9375rem; text-decoration: none; }
          .tabs a:focus-visible { outline-offset: -3px; }
          .count { min-width: 1.5rem; padding: 0 .375rem; border-radius: 1rem; background: var(--brand); color: \##
        var(--on-brand);
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

        """##
}

enum GoogleAssets {
    /// `not-found.html`
    static let notFoundHTML = ##"""
        <main><h1>404. That is an error.</h1><p>This stand-in of Google has no such URL.</p></main>
        """##
}

enum ProviderAssets {
    /// `calendar-choice.html`
    static let calendarChoiceHTML = ##"""
        <label class="check" for="calendar">
        <input type="checkbox" id="calendar" name="calendar" value="on" checked>
        See your calendars</label>
        """##

    /// `consent.html`
    static func consentHTML(
        vendor: String, trouble: String, email: String, calendar: String, client: String, rights: String
    ) -> String {
        ##"""
        <main>
        <p class="note">This is a stand-in of \##(Page.escape(vendor)). Nothing leaves this machine; any address \##
        will do.</p>
        <h1>Meeting Gateway wants to access your \##(Page.escape(vendor)) account</h1>
        \##(trouble)
        <form method="post" action="">
        <label for="email">Account</label>
        <input type="email" id="email" name="email" value="\##(Page.escape(email))" required autocomplete="email"
        list="people">
        <datalist id="people"><option value="ann@example.com"><option value="bob@example.com">
        <option value="chris@northwind.example"></datalist>
        \##(calendar)
        <details><summary>What is asked for</summary><p>Client <code>\##(Page.escape(client))</code></p>
        <ul>\##(rights)</ul></details>
        <div class="buttons">
        <button class="primary" type="submit" name="decision" value="allow">Allow</button>
        <button type="submit" name="decision" value="cancel" formnovalidate>Cancel</button>
        </div>
        </form>
        </main>
        """##
    }

    /// `error.html`
    static func errorHTML(vendor: String, code: String, reason: String) -> String {
        ##"""
        <main><p class="note">This is a stand-in of \##(Page.escape(vendor)).</p>
        <h1>Access blocked: this request is invalid</h1>
        <p>Error 400: <code>\##(Page.escape(code))</code></p><p>\##(Page.escape(reason))</p></main>
        """##
    }
}

enum ReceiverAssets {
    /// `message.html`
    static func messageHTML(
        event: String, name: String, at: String, number: String, headers: String, body: String
    ) -> String {
        ##"""
        <article><h2>\##(Page.escape(event))</h2>
        <p>to <code>\##(Page.escape(name))</code> at \##(Page.escape(at))</p>
        <details data-key="\##(Page.escape(number))"><summary>Headers and body</summary>
        <pre>\##(Page.escape(headers))</pre><pre>\##(Page.escape(body))</pre></details></article>
        """##
    }

    /// `receiver.html`
    static func receiverHTML(list: String) -> String {
        ##"""
        <main class="wide">
        <h1>Webhooks received</h1>
        <p class="note">A stand-in of a tenant's endpoint. Send to <code>/hooks/&lt;any name&gt;</code> on this \##
        port.</p>
        <noscript><p><a href="/">Reload</a></p></noscript>
        <div id="list" role="log" aria-live="polite" aria-label="Webhooks">\##(list)</div>
        </main>
        <script>
        const list = document.getElementById("list");
        let last = "";
        setInterval(async () => {
          try {
            const text = await (await fetch("/?fragment=1", {cache: "no-store"})).text();
            if (text === last) return;
            const open = new Set([...list.querySelectorAll("details[open]")].map(d => d.dataset.key));
            list.innerHTML = text;
            for (const d of list.querySelectorAll("details")) if (open.has(d.dataset.key)) d.open = true;
            last = text;
          } catch (error) { /* the sandbox is gone: keep what is shown */ }
        },\##
         2000);
        </script>
        """##
    }

    /// `receiver.js`
    static let receiverJS = ##"""
        const list = document.getElementById("list");
        let last = "";
        setInterval(async () => {
          try {
            const text = await (await fetch("/?fragment=1", {cache: "no-store"})).text();
            if (text === last) return;
            const open = new Set([...list.querySelectorAll("details[open]")].map(d => d.dataset.key));
            list.innerHTML = text;
            for (const d of list.querySelectorAll("details")) if (open.has(d.dataset.key)) d.open = true;
            last = text;
          } catch (error) { /* the sandbox is gone: keep what is shown */ }
        },\##
         2000);

        """##
}

enum SupportAssets {
    /// `page.html`
    static func pageHTML(title: String, accent: String, content: String) -> String {
        ##"""
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>\##(Page.escape(title))</title>
        <link rel="icon" href="data:,">
        <style>
        :root { color-scheme: light dark; --accent: \##(accent); --line: #8885; --soft: #8882; }
        * { box-sizing: border-box; }
        body { font: 1rem/1.5 system-ui, sans-serif; margin: 0; padding: 1rem; }
        main { max-width: 34rem; margin: 4vh auto; padding: 1.5rem; border: 1px solid var(--line); border-radius: \##
        1rem; }
        main.wide { max-width: 60rem; }
        h1 { font-size: 1.35rem; line-height: 1.25; margin: 0 0 .5rem; }
        .note { font-size: .875rem; padding: .5rem .75rem; border-radius: .5rem; background: var(--soft); }
        label { display: block; margin: 1rem 0 .25rem; font-weight: 600; }
        label.check { display: flex; gap: .75rem; align-items: center; font-weight: 400; min-height: 2.75rem; }
        input[type=email] { width: 100%; min-height: 2.75rem; padding: .5rem .75rem; font: inherit;
          border: 1px solid #888; border-radius: .5rem; }
        input[type=checkbox] { width: 1.25rem; height: 1.25rem; accent-color: var(--accent); }
        .buttons { display: flex; gap: .75rem; flex-wrap: wrap; margin-top: 1.5rem; }
        button { min-height: 2.75rem; padding: .5rem 1.5rem; font: inherit; border-radius: .5rem; cursor: pointer;
          border: 1px solid #888; background: transparent; color: inherit; }
        button.primary { background: var(--accent); border-color: var(--accent); color: #fff; font-weight: 600; }
        :focus-visible { outline: 3px solid Highlight; outline-offset: 2px; }
        code, pre { font: .875rem/1.5 ui-monospace, monospace; overflow-wrap: anywhere; white-space: pre-wrap; }
        code.copy { display: block; padding: .75rem; border: 1px solid var(--line); border-radius: .5rem;
          user-select: all; -webkit-user-select: all; }
        article { border-top: 1px solid var(--line); padding: .75rem 0; }
        article h2 { font-size: 1rem; margin: 0; overflow-wrap: anywhere; }
        summary { cursor: pointer; }
        </style>
        </head>
        <body>
        \##(content)
        </body>
        </html>

        """##
    }
}
