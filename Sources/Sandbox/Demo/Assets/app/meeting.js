import { call, own } from "./gateway.js";
import { el, fill, hush, icon, tell } from "./page.js";
import { count, duration, service, time } from "./words.js";

const states = {
  off: "Not recorded", on: "Switching on", gone: "Switching off", scheduled: "Bot is planned",
  joining: "Bot is joining", recording: "Recording now", completed: "Recorded", failed: "Not recorded: it failed",
};
const artifacts = [["video", "video", "Video"], ["audio", "sound", "Sound"], ["transcription", "text", "Transcript"]];

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
    this.card.append(this.when, el("div", { class: "what" }, this.title, this.facts, this.more), this.side);
    const stateID = `state-${event.id}`;
    this.input = el("input", { type: "checkbox", role: "switch", "aria-describedby": stateID,
      onchange: () => this.toggle() });
    this.label = el("label", { class: "switch" }, el("span", {}, "Record"), this.input);
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
    fill(this.when, el("time", { datetime: event.start_time }, time(start)),
      el("span", {}, running ? "Now" : duration(start, end)));
    this.title.textContent = event.title ?? "Busy";
    this.input.setAttribute("aria-label", `Record ${event.title ?? "this meeting"}`);
    this.card.dataset.status = event.status;
    this.showFacts();
    const cancelled = event.status === "cancelled";
    const late = end <= Date.now() && !event.recording;
    if (cancelled || late || !event.meeting_url) {
      const reason = cancelled ? "Cancelled" : event.meeting_url ? "Over" : "No meeting link";
      fill(this.side, el("p", { class: "state" }, reason));
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
        safe && event.status !== "cancelled" ? link : {}, icon("video"), service(event)));
    }
    const people = event.attendees.length;
    if (people) facts.push(el("span", {}, icon("people"), count(people, "person", "people")));
    if (event.is_organizer) facts.push(el("span", {}, "You organize"));
    if (event.is_recurring) facts.push(el("span", {}, icon("repeat"), "Repeats"));
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
        fill(this.more, el("span", { class: "tag" }, "Sandbox"), this.control);
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
    this.links = el("p", { class: "artifacts" }, "Fetching the recording");
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
            transcription: { provider: "gladia" }, extra: { product: "northwind-notes" } })
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
