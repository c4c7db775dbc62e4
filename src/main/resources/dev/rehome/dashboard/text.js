// Figures and times, as people read them.

import { h } from "./dom.js";

const WHOLE = new Intl.NumberFormat("en");
const SHORT = new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 1 });
const ONE_DECIMAL = new Intl.NumberFormat("en", { maximumFractionDigits: 1 });
const UNITS = ["B", "kB", "MB", "GB", "TB", "PB"];
const NONE = "–";

export const isKnown = (value) => value !== null && value !== undefined;

export const number = (value) => (isKnown(value) ? WHOLE.format(value) : NONE);

export const compact = (value) => (isKnown(value) ? (value < 10_000 ? WHOLE.format(value) : SHORT.format(value)) : NONE);

export const decimal = (value) => (isKnown(value) ? ONE_DECIMAL.format(value) : NONE);

export function bytes(value) {
  if (!isKnown(value)) {
    return NONE;
  }
  let amount = value;
  let unit = 0;
  while (amount >= 1000 && unit < UNITS.length - 1) {
    amount /= 1000;
    unit++;
  }
  return `${amount >= 100 || unit === 0 ? Math.round(amount) : amount.toFixed(1)} ${UNITS[unit]}`;
}

export function duration(millis) {
  if (!isKnown(millis)) {
    return NONE;
  }
  if (millis < 1000) {
    return `${millis >= 10 || Number.isInteger(millis) ? Math.round(millis) : millis.toFixed(1)} ms`;
  }
  const seconds = millis / 1000;
  if (seconds < 60) {
    return `${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)} s`;
  }
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) {
    return `${minutes} min ${Math.round(seconds % 60)} s`;
  }
  const hours = Math.floor(minutes / 60);
  if (hours < 48) {
    return `${hours} h ${minutes % 60} min`;
  }
  return `${Math.floor(hours / 24)} days`;
}

/** "SHARED" as "shared", "CATCH_UP" as "catch up". */
export const word = (name) => (name ?? "").toLowerCase().replaceAll("_", " ");

export function money(value, currency) {
  const cents = value < 10 ? 2 : 0;
  const format = new Intl.NumberFormat("en", { style: "currency", currency, minimumFractionDigits: cents, maximumFractionDigits: cents });
  return format.format(value);
}

export const range = (cost, currency) =>
  Number(cost.low) === Number(cost.high)
    ? money(cost.high, currency)
    : `${money(cost.low, currency)} – ${money(cost.high, currency)}`;

export function ago(instant, now = Date.now()) {
  const millis = now - Date.parse(instant);
  if (millis < 5000) {
    return "just now";
  }
  if (millis < 60_000) {
    return `${Math.floor(millis / 1000)} s ago`;
  }
  if (millis < 3_600_000) {
    return `${Math.floor(millis / 60_000)} min ago`;
  }
  if (millis < 48 * 3_600_000) {
    return `${Math.floor(millis / 3_600_000)} h ago`;
  }
  return `${Math.floor(millis / 86_400_000)} days ago`;
}

export const clock = (instant) => instant.replace("T", " ").replace(/(\.\d+)?Z$/, "");

/** A moment, said as long ago; the exact one is in its title. Those in sight are kept right by app.js. */
export const moment = (instant) =>
  isKnown(instant) ? h("time", { datetime: instant, title: `${clock(instant)} UTC` }, ago(instant)) : NONE;

export const at = (instant) => h("time", { datetime: instant, class: "at" }, clock(instant));
