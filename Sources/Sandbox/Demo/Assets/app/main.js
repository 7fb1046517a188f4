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
        fill(content, el("section", { class: "card" }, el("h1", {}, "Your week could not be loaded"),
          el("p", {}, "Nothing is lost; it is still where it was."),
          el("button", { class: "primary-button", onclick: () => { hush(); load(); } }, "Try again")));
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
