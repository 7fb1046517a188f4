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

/// Calls the gateway. A session that is over is replaced, once. To a page of another origin its refusal may look as
/// if there were no answer, since it names no tenant; if nobody may have a session, our own server gets the reason.
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
