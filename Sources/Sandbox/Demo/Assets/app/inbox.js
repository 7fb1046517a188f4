import { el, fill } from "./page.js";
import { exactTime, sentence } from "./words.js";

const list = document.getElementById("messages");
const live = document.getElementById("live");
const most = 200;

function entry(message, titleOf, fresh) {
  const { id, received_at, type, timestamp, data, extra, context } = message;
  const details = el("details", {},
    el("summary", {}, el("code", {}, message.type),
      el("time", { datetime: received_at }, exactTime(new Date(received_at))),
      el("span", {}, sentence(message, titleOf))),
    el("pre", { tabindex: "0" }));
  details.addEventListener("toggle", () => {
    details.lastChild.textContent = `webhook-id: ${id}\n\n${JSON.stringify({ type, timestamp, data, extra, context }, null, 2)}`;
  }, { once: true });
  return el("li", { class: fresh ? "message fresh" : "message", "data-type": message.type }, details);
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
    fill(counter, String(list.children.length), el("span", { class: "visually-hidden" }, " webhooks"));
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
