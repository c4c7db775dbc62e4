// What the server tells by itself: the state of the moves and of the checks, whenever it has changed.

import { get } from "./api.js";

const EVENTS = ["moves", "checks", "alerts"];
const POLL_MILLIS = 5000;
const RETRY_MILLIS = 30_000;

const latest = new Map();
const listeners = new Map(EVENTS.map((name) => [name, new Set()]));
const stateListeners = new Set();
let source = null;
let polling = null;
let retry = null;
let state = "off";

/** Listens to an event, at once to what it said last. Returns how to stop. */
export function listen(name, listener) {
  listeners.get(name).add(listener);
  if (latest.has(name)) {
    listener(latest.get(name));
  }
  return () => listeners.get(name).delete(listener);
}

/** "live", "asking" if the server has no stream for this page, or "lost". */
export function onState(listener) {
  stateListeners.add(listener);
  listener(state);
}

export function begin() {
  end();
  source = new EventSource("/api/v1/events");
  source.addEventListener("open", () => become("live"));
  source.addEventListener("error", () => {
    become("lost");
    if (source !== null && source.readyState === EventSource.CLOSED) {
      poll();
    }
  });
  for (const name of EVENTS) {
    source.addEventListener(name, (event) => tell(name, JSON.parse(event.data)));
  }
}

export function end() {
  source?.close();
  source = null;
  clearInterval(polling);
  clearTimeout(retry);
  latest.clear();
  become("off");
}

/** There is no room for another stream, or something in between lets none through. */
function poll() {
  clearInterval(polling);
  clearTimeout(retry);
  const ask = async () => {
    try {
      tell("moves", await get("/moves"));
      tell("checks", (await get("/checks")).checks);
      become("asking");
    } catch {
      become("lost");
    }
  };
  ask();
  polling = setInterval(ask, POLL_MILLIS);
  retry = setTimeout(begin, RETRY_MILLIS);
}

function tell(name, value) {
  latest.set(name, value);
  for (const listener of listeners.get(name)) {
    listener(value);
  }
}

function become(next) {
  if (next !== state) {
    state = next;
    stateListeners.forEach((listener) => listener(state));
  }
}
