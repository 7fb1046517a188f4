const clock = new Intl.DateTimeFormat(undefined, { hour: "numeric", minute: "2-digit" });
const seconds = new Intl.DateTimeFormat(undefined, { hour: "numeric", minute: "2-digit", second: "2-digit" });
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
  const named = event.meeting_platform ?? (URL.canParse(event.meeting_url) ? new URL(event.meeting_url).host : "");
  return services.find(([pattern]) => pattern.test(named.toLowerCase()))?.[1] ?? "Online meeting";
}

export const vendor = (provider) => (provider === "google" ? "Google" : "Microsoft");

const remedies = {
  calendar_already_connected: "A calendar is connected once only: choose another, or disconnect it where it is.",
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
      return problem.retryAfter ? `Try again in ${count(problem.retryAfter, "second")}.` : "Try again in a moment.";
    default: return "";
  }
}

const botSteps = {
  joining_call: "The bot is joining %.", in_waiting_room: "The bot waits to be let into %.",
  in_call_recording: "The bot is recording %.", in_call_not_recording: "The bot has joined %.",
  call_ended: "The call of % has ended.", bot_rejected: "The bot was not let into %.",
};

const connections = {
  active: "connected", missing_scope: "connected, but without the calendar", needs_reconnect: "to be connected again",
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
    case "calendar.event_cancelled": return `${title ? meeting : "A meeting"} was cancelled in the calendar.`;
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
