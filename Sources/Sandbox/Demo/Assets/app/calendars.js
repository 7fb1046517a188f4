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
  const connection = await call("POST", `/api/v1/connections/${encodeURIComponent(back.get("connection_id"))}/complete`,
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
      say(`${connection.account.email} is disconnected. ${vendor(connection.provider)} remembers that you allowed it until you remove it `,
        el("a", { href: gone.user_action_url, target: "_blank", rel: "noopener noreferrer" }, "in your account"), ".");
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
      { provider, login_hint: document.body.dataset.email }) }, text);
}

const troubles = {
  missing_scope: "Calendar access was left unticked. Connect again and keep it ticked.",
  needs_reconnect: "Access has ended. Connect again to see your meetings.",
  blocked: "An administrator blocks this account.",
};

function account(connection, calendar) {
  const usable = connection.status === "active";
  const note = usable ? (calendar ? `${vendor(connection.provider)} Calendar` : "Its calendar is not added yet.")
    : troubles[connection.status] ?? connection.status;
  const renew = ["missing_scope", "needs_reconnect"].includes(connection.status)
    && el("button", { class: "secondary small", onclick: (event) =>
      leave(event.currentTarget, `/api/v1/connections/${connection.id}/reconnect`, {}) }, "Connect again");
  const add = usable && !calendar
    && el("button", { class: "secondary small", onclick: () => addCalendar(connection) }, "Add calendar");
  return el("li", { class: "account", "data-status": calendar && usable ? "good" : "trouble" },
    el("span", { class: "badge", "aria-hidden": "true" }, icon("calendar")),
    el("span", { class: "account-text" }, el("strong", {}, connection.account.email), el("small", {}, note)),
    renew || add || null,
    el("button", { class: "plain small", "aria-label": `Disconnect ${connection.account.email}`,
      onclick: () => disconnect(connection) }, "Disconnect"));
}

function welcome() {
  const steps = [["Connect", "Pick the calendar you work with."], ["Choose", "Switch recording on, meeting by meeting."],
    ["Read", "Video, sound and transcript, right after the call."]];
  return el("section", { class: "card welcome" },
    el("h1", {}, `Hello ${document.body.dataset.name}, which calendar do you use?`),
    el("p", { class: "lead" }, "We read your meetings and nothing else. You can disconnect at any time."),
    el("div", { class: "buttons" },
      connectButton("google", "primary-button", "Connect Google Calendar"),
      connectButton("microsoft", "secondary", "Connect Microsoft Calendar")),
    el("ol", { class: "steps" }, ...steps.map(([name, text]) => el("li", {}, el("strong", {}, name), text))));
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
    fill(strip, el("ul", {}, ...list), el("p", { class: "more-accounts" }, "Connect another:",
      connectButton("google", "plain small", "Google"), connectButton("microsoft", "plain small", "Microsoft")));
  }
  return calendars;
}
