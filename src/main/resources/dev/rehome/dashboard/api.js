// Asks the JSON API.

const PREFIX = "/api/v1";

/** What was answered in place of a result. Its message says what to do. */
export class Refused extends Error {
  constructor(status, kind, message) {
    super(message);
    this.status = status;
    this.kind = kind;
  }
}

export async function get(path, parameters) {
  const query = new URLSearchParams();
  for (const [key, value] of Object.entries(parameters ?? {})) {
    if (value !== null && value !== undefined && value !== "" && value !== false) {
      query.set(key, value);
    }
  }
  const text = query.toString();
  return answer(path + (text ? `?${text}` : ""), { method: "GET" });
}

export async function post(path, body) {
  return answer(path, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-Rehome": "1" },
    body: JSON.stringify(body ?? {}),
  });
}

async function answer(path, request) {
  let response;
  try {
    response = await fetch(PREFIX + path, { credentials: "same-origin", ...request });
  } catch {
    throw new Refused(0, "NETWORK", "The dashboard's process does not answer. Look whether it runs.");
  }
  if (response.status === 204) {
    return null;
  }
  const text = await response.text();
  let value = null;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Refused(response.status, "NOT_JSON", `The answer could not be read (status ${response.status}).`);
  }
  if (response.ok) {
    return value;
  }
  if (response.status === 401 && path !== "/sign-in") {
    document.dispatchEvent(new CustomEvent("signed-out"));
  }
  throw new Refused(response.status, value.error?.kind ?? "?", value.error?.message ?? `Status ${response.status}.`);
}
