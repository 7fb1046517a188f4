"use strict";

const all = (selector, root = document) => [...root.querySelectorAll(selector)];
const one = (selector, root = document) => root.querySelector(selector);

/** An element with attributes (`true` for one without a value) and children, of which strings become text. */
function make(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== false) element.setAttribute(key, value === true ? "" : value);
  }
  element.append(...children);
  return element;
}

const said = make("p", { class: "said", role: "status", "aria-live": "polite" });
document.body.append(said);


// Copying

function codeBox(title, text) {
  return addCopy(make("figure", { class: "code" }, make("figcaption", {}, title),
    make("pre", { tabindex: "0" }, make("code", {}, text))));
}

function addCopy(box) {
  const what = one("figcaption", box)?.textContent ?? "code";
  const button = make("button", { type: "button", class: "copy", "aria-label": `Copy: ${what}` }, "Copy");
  button.addEventListener("click", async () => {
    const done = await copy(one("code", box));
    button.textContent = done ? "Copied" : "Press Ctrl-C";
    said.textContent = done ? `Copied: ${what}` : "Selected; press Control C to copy";
    setTimeout(() => { button.textContent = "Copy"; said.textContent = ""; }, 2000);
  });
  box.append(button);
  return box;
}

/** Browsers have a clipboard on https and on localhost only; elsewhere the text is selected. */
async function copy(code) {
  try {
    await navigator.clipboard.writeText(code.textContent);
    return true;
  } catch {
    getSelection().selectAllChildren(code);
    return document.execCommand("copy");
  }
}

// Search

function startSearch(form) {
  const field = one("input", form);
  const hits = one("#hits", form);
  const links = new Map(all(".groups li li a").map((link) => [link.hash.slice(1), link.parentElement]));
  const operations = all(".operation").map((article) => ({
    article,
    link: links.get(article.id),
    text: [article.id, article.closest(".tag").querySelector("h2").textContent,
      ...all("h3, .route, .caller, .prose, .field > code, .codes", article).map((part) => part.textContent)]
      .join(" ").toLowerCase(),
  }));

  function show() {
    const words = field.value.trim().toLowerCase().split(/\s+/).filter(Boolean);
    const searching = words.length > 0;
    let count = 0;
    for (const { article, link, text } of operations) {
      const found = words.every((word) => text.includes(word));
      article.hidden = !found;
      link.hidden = !found;
      if (found) count += 1;
    }
    for (const part of all(".tag, .groups > li:not(.guide)")) {
      part.hidden = !one(".operation:not([hidden]), :scope > ul > li:not([hidden])", part);
    }
    for (const part of all(".intro, .guide, .about :not(h2, h2 *)")) part.hidden = searching;
    one(".nothing").hidden = count > 0;
    hits.textContent = searching ? `${count} of ${operations.length} operations` : "";
  }

  /** All is shown again, and what was being read stays in view. */
  function clear() {
    const seen = operations.find(({ article }) =>
      !article.hidden && article.getBoundingClientRect().bottom > 150);
    const searched = field.value !== "";
    field.value = "";
    show();
    if (searched) seen?.article.scrollIntoView({ behavior: "instant" });
  }

  field.addEventListener("input", () => { show(); scrollTo({ top: 0, behavior: "instant" }); });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const first = operations.find(({ article }) => !article.hidden);
    if (field.value && first) location.hash = first.article.id;
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && (document.activeElement === field || field.value)) {
      clear();
      field.blur();
    } else if (event.key === "/" && !event.ctrlKey && !event.metaKey && !event.altKey
      && !event.target.closest("input, textarea, select")) {
      event.preventDefault();
      field.focus();
      field.select();
    }
  });
  addEventListener("hashchange", () => {
    const target = document.getElementById(location.hash.slice(1));
    if (!target?.closest("[hidden]")) return;
    clear();
    target.scrollIntoView({ behavior: "instant" });
  });
  form.hidden = false;
  if (field.value) show();
}

/** Marks what is being read in the contents. */
function followReading(contents) {
  const links = all("a[href^='#']", contents);
  const places = links.map((link) => document.getElementById(link.hash.slice(1)));
  let waiting = false;
  function mark() {
    waiting = false;
    let present = 0;
    places.forEach((place, index) => {
      if (place.getClientRects().length > 0 && place.getBoundingClientRect().top < 160) present = index;
    });
    const link = links[present];
    if (link.hasAttribute("aria-current")) return;
    links.forEach((other) => other.removeAttribute("aria-current"));
    link.setAttribute("aria-current", "true");
    const box = contents.getBoundingClientRect();
    const line = link.getBoundingClientRect();
    const isSeen = line.top > box.top + 90 && line.bottom < box.bottom - 30;
    if (contents.scrollHeight > contents.clientHeight && !isSeen) {
      contents.scrollTop += line.top - box.top - box.height / 3;
    }
  }
  addEventListener("scroll", () => {
    if (!waiting) requestAnimationFrame(mark);
    waiting = true;
  }, { passive: true });
  mark();
}

// Trying

const overwrites = ["PUT", "PATCH", "DELETE"];
const shownHeaders = ["content-type", "x-request-id", "ratelimit", "ratelimit-policy", "retry-after", "location",
  "allow", "www-authenticate", "etag"];
const plainInput = { autocomplete: "off", autocapitalize: "none", spellcheck: "false" };

/** The credentials that were typed, in this variable and nowhere else. */
const credentials = { operator: "", tenant: "" };

function credentialField(caller) {
  const kind = caller === "operator" ? "operator" : "tenant";
  const name = { operator: "Admin token", key: "Key, mgk_…", caller: "Session, mgs_…, or key, mgk_…" }[caller];
  // No password field: those are what browsers offer to remember.
  const input = make("input", { ...plainInput, class: `secret ${kind}` });
  input.value = credentials[kind];
  input.addEventListener("input", () => {
    credentials[kind] = input.value.trim();
    for (const other of all(`.secret.${kind}`)) if (other !== input) other.value = input.value;
  });
  return make("label", { class: "wide" }, make("span", {}, name), input);
}

function parameterField(row) {
  const { in: place, name, example, choices, required } = row.dataset;
  const words = { path: "in the path", query: "in the query", header: "header" }[place];
  const common = { "data-place": place, name, required: Boolean(required) };
  const input = choices
    ? make("select", common, ...(required ? [] : [make("option", { value: "" }, "(left out)")]),
      ...choices.split(" ").map((choice) => make("option", {}, choice)))
    : make("input", { ...common, ...plainInput, placeholder: example });
  const title = make("span", {}, make("code", {}, name), ` ${words}${required ? ", required" : ""}`);
  return make("label", {}, title, input);
}

function tryForm(article) {
  const { method, caller, body } = article.dataset;
  const inputs = make("div", { class: "inputs" });
  if (caller !== "anyone") inputs.append(credentialField(caller));
  inputs.append(...all("[data-in]", article).map(parameterField));
  if (body !== undefined) {
    const rows = String(Math.min(body.split("\n").length + 1, 20));
    const text = make("textarea", { ...plainInput, class: "body", rows });
    text.value = body;
    inputs.append(make("label", { class: "wide" }, make("span", {}, "Body, as JSON"), text));
  }
  const send = make("button", { type: "submit", class: "send" }, `Send ${method}`);
  const result = make("div", { class: "result", "aria-live": "polite" });
  const note = caller === "anyone" ? "" : make("p", { class: "note" },
    "The call goes to this gateway and takes effect. The credential stays in this page until you leave or reload it.");
  const form = make("form", { class: "try", id: `${article.id}-try`, autocomplete: "off" },
    inputs, send, note, result);

  function arm(armed) {
    send.classList.toggle("armed", armed);
    send.textContent = armed ? `Really send ${method}? Press again` : `Send ${method}`;
  }
  form.addEventListener("input", () => arm(false));
  send.addEventListener("blur", () => arm(false));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (overwrites.includes(method) && !send.classList.contains("armed")) {
      arm(true);
      send.focus();
      return;
    }
    arm(false);
    send.disabled = true;
    result.replaceChildren(make("p", { class: "outcome" }, "Sending …"));
    result.replaceChildren(...await call(article, form));
    send.disabled = false;
  });
  return form;
}

/** Sends what the form says, to this origin only. */
async function call(article, form) {
  const { method, caller, body } = article.dataset;
  let path = article.dataset.path;
  const query = new URLSearchParams();
  const headers = new Headers();
  try {
    for (const { name, value, dataset } of all("[data-place]", form)) {
      if (dataset.place === "path") path = path.replace(`{${name}}`, encodeURIComponent(value));
      if (dataset.place === "query" && value) query.append(name, value);
      if (dataset.place === "header" && value) headers.set(name, value);
    }
    const credential = caller === "operator" ? credentials.operator : credentials.tenant;
    if (caller !== "anyone" && credential) headers.set("Authorization", `Bearer ${credential}`);
    if (body !== undefined) headers.set("Content-Type", "application/json");
    const began = performance.now();
    const reply = await fetch(`${path}?${query}`.replace(/\?$/, ""), {
      method, headers, body: body === undefined ? undefined : one(".body", form).value,
      credentials: "omit", cache: "no-store", redirect: "manual", referrerPolicy: "no-referrer",
      signal: AbortSignal.timeout(60000),
    });
    return outcome(reply, await reply.text(), Math.round(performance.now() - began));
  } catch (error) {
    return [make("p", { class: "outcome bad" }, `There was no reply: ${error.message}`)];
  }
}

function outcome(reply, text, milliseconds) {
  if (reply.type === "opaqueredirect") {
    return [make("p", { class: "outcome" }, "A redirect. Browsers do not tell scripts where to.")];
  }
  const parts = [make("p", { class: `outcome ${reply.ok ? "good" : "bad"}` },
    make("strong", {}, `${reply.status} ${reply.statusText}`.trim()), ` after ${milliseconds} ms`)];
  const heads = shownHeaders.filter((name) => reply.headers.has(name))
    .flatMap((name) => [make("dt", {}, name), make("dd", {}, reply.headers.get(name))]);
  parts.push(make("dl", { class: "heads" }, ...heads));
  const type = reply.headers.get("content-type") ?? "";
  let json;
  try {
    if (type.includes("json")) json = JSON.parse(text);
  } catch {
    // Shown as it came.
  }
  const code = type.includes("problem+json") && /:([a-z_]+)$/.exec(json?.type ?? "")?.[1];
  if (code) {
    // Beside this page, which would forget the credential and the form.
    const link = make("a", { href: `/docs/problems/${code}`, target: "_blank", rel: "noopener" },
      "What ", make("code", {}, code), " means, and how to fix it");
    parts.push(make("p", {}, link));
  }
  const shown = json === undefined ? text : JSON.stringify(json, null, 2);
  const most = 200000;
  if (shown) parts.push(codeBox("Body", shown.length > most ? `${shown.slice(0, most)}\n… (cut off)` : shown));
  return parts;
}

function addTry(article) {
  const button = make("button", { type: "button", class: "open", "aria-expanded": "false",
    "aria-controls": `${article.id}-try` }, "Try it");
  let form;
  button.addEventListener("click", () => {
    if (form) form.hidden = !form.hidden;
    else one("header", article).after(form = tryForm(article));
    button.setAttribute("aria-expanded", String(!form.hidden));
    button.textContent = form.hidden ? "Try it" : "Close";
    if (!form.hidden) one("input, select, textarea, button", form).focus();
  });
  one("header", article).append(button);
}

// The page

const host = one("#examples ~ .code code");
if (host) host.textContent = host.textContent.replace(/^(export GATEWAY=).*$/m, `$1${location.origin}`);
all(".code").forEach(addCopy);
all(".operation[data-method]").forEach(addTry);
const search = one(".search");
if (search) startSearch(search);
const contents = one(".contents");
if (contents) followReading(contents);
