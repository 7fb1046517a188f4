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
    ? `${count(shown.length, "meeting")}, ${recorded || "none"} with recording on` : "";
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
        el("h2", {}, dayName(start), el("span", {}, day(start))), el("ol", { class: "meetings" }, ...cards));
    });
    const last = midnight(from, 6);
    fill(place,
      el("div", { class: "week-head" }, el("h1", { id: "week-title" }, "Your week"),
        el("p", { class: "range" }, `${day(from)} – ${day(last)}`), el("p", { id: "week-summary" })),
      ...(sections.length ? sections : [el("p", { class: "card quiet" }, connected
        ? "No meetings in the next seven days." : "Your meetings appear here once a calendar is connected.")]));
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
