// The browser's part around the README's web client, in Node: one load of the page and, if asked, one click.
//   node readme_browser.mjs MODULE ADDRESS [LABEL]     with STALE=1: the first session that the page gets has ended
// Prints what the page shows and where it goes as one line of JSON. Requests to other origins follow CORS as a browser does.
import { pathToFileURL } from "node:url";

const [, , module, address, label] = process.argv;
const shown = { statuses: [], went: null };

class Element {
  constructor(tag) { this.tag = tag; this.children = []; }
  append(...children) { this.children.push(...children); }
  replaceChildren(...children) { this.children = children; }
  get textContent() { return this.children.map((child) => child.textContent ?? String(child)).join(""); }
  set textContent(text) { this.children = [String(text)]; }
  all(tag) { return this.children.flatMap((child) => child.all ? [...(child.tag === tag ? [child] : []), ...child.all(tag)] : []); }
}

const at = new URL(address);
globalThis.document = { body: new Element("body"), createElement: (tag) => new Element(tag) };
globalThis.location = {
  origin: at.origin, get href() { return at.href; }, get search() { return at.search; }, get pathname() { return at.pathname; },
  assign(url) { shown.went = String(url); },
};
globalThis.history = { replaceState(state, title, url) { at.href = new URL(url, at).href; } };

const network = globalThis.fetch;
const refused = (why) => { shown.refused = why; return new TypeError("Failed to fetch"); };
globalThis.fetch = async (target, init = {}) => {
  const url = new URL(target, at);
  if (url.origin === at.origin) {
    const reply = await network(url, init);
    if (!process.env.STALE || url.pathname !== "/session") return reply;
    delete process.env.STALE;
    const session = await reply.json();
    return Response.json({ ...session, token: session.token.replace(/.{30}$/, "0".repeat(30)) });
  }
  const asked = { Origin: at.origin, "Access-Control-Request-Method": init.method ?? "GET" };
  asked["Access-Control-Request-Headers"] = Object.keys(init.headers ?? {}).map((name) => name.toLowerCase()).sort().join(",");
  const preflight = await network(url, { method: "OPTIONS", headers: asked });
  const list = (name) => (preflight.headers.get(name) ?? "").toLowerCase().split(/\s*,\s*/);
  if (!preflight.ok || preflight.headers.get("access-control-allow-origin") !== at.origin) throw refused("preflight");
  if (!list("access-control-allow-methods").includes(asked["Access-Control-Request-Method"].toLowerCase())) throw refused("method");
  for (const name of asked["Access-Control-Request-Headers"].split(",").filter(Boolean)) {
    if (!list("access-control-allow-headers").includes(name)) throw refused(name);
  }
  const reply = await network(url, { ...init, headers: { ...init.headers, Origin: at.origin } });
  shown.statuses.push(reply.status);
  if (reply.headers.get("access-control-allow-origin") !== at.origin) throw refused(`status ${reply.status}`);
  const open = ["content-type", ...(reply.headers.get("access-control-expose-headers") ?? "").toLowerCase().split(/\s*,\s*/)];
  const headers = [...reply.headers].filter(([name]) => open.includes(name));
  return new Response(reply.status === 204 ? null : await reply.arrayBuffer(), { status: reply.status, headers });
};

await import(pathToFileURL(module));
const page = document.body;
if (label) {
  const button = page.all("button").find((button) => button.textContent === label);
  if (!button) throw new Error(`no button ${label} in ${page.textContent}`);
  await button.onclick();
}
const [notice] = page.all("p"), rows = page.all("li").map((row) => row.textContent);
const buttons = page.all("button").map((button) => button.textContent);
console.log(JSON.stringify({ ...shown, notice: notice?.textContent, rows, buttons, address: at.href }));
