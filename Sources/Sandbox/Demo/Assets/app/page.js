import { explain } from "./words.js";

/// An element. Text goes in as text, never as markup.
export function el(tag, attributes = {}, ...children) {
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
  const close = el("button", { class: "plain close", "aria-label": "Dismiss" }, "✕");
  const shown = el("div", { class: `notice ${kind}` }, el("p", {}, ...content), close);
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
  notice("alert", "bad", el("strong", {}, problem.message), " ", explain(problem));
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
