// Drawings. Each has a text beside it or in it that says the same, for whoever does not see it.

import { h, s } from "./dom.js";
import { compact, word } from "./text.js";

export const TIERS = ["SHARED", "SCHEMA", "DATABASE"];
export const PHASES = ["PLANNED", "PREPARE", "BACKFILL", "CATCH_UP", "VERIFY", "CUTOVER", "SOAK", "RETIRE", "DONE"];
const TURNED = { CANCEL: "CUTOVER", CANCELLED: "CUTOVER", ROLL_BACK: "SOAK", ROLLED_BACK: "SOAK" };

/** Parts of a whole, side by side. parts: [{ kind, value }], where the kind is a class. */
export function bar(parts, whole, label) {
  const total = whole ?? parts.reduce((sum, part) => sum + part.value, 0);
  return h(
    "div",
    { class: "bar", role: "img", "aria-label": label },
    parts
      .filter((part) => part.value > 0)
      .map((part) =>
        h("span", {
          class: part.kind.toLowerCase(),
          title: `${word(part.kind)}: ${compact(part.value)}`,
          vars: { "--share": total === 0 ? "0" : String(part.value / total) },
        }),
      ),
  );
}

/** How much of a limit is used. */
export function gauge(value, limit, label) {
  const share = limit === 0 ? 0 : value / limit;
  const kind = share >= 1 ? "bad" : share >= 0.9 ? "warn" : "fine";
  return h(
    "div",
    { class: "gauge", role: "img", "aria-label": label },
    h("span", { class: kind, vars: { "--share": String(Math.min(1, share)) } }),
  );
}

/**
 * A line over time. points: [{ at: milliseconds, value }]. The words around it are no part of the drawing, which is stretched.
 *
 * @param format how a value is said
 */
export function line(points, { label, format = compact, fromZero = true }) {
  if (points.length < 2) {
    return h("p", { class: "nothing" }, "Not enough has been measured yet for a line.");
  }
  const width = 100;
  const height = 40;
  const first = points[0].at;
  const last = points.at(-1).at;
  const high = Math.max(...points.map((point) => point.value));
  const low = fromZero ? 0 : Math.min(...points.map((point) => point.value));
  const x = (point) => ((point.at - first) / Math.max(1, last - first)) * width;
  const y = (point) => height - ((point.value - low) / Math.max(1e-9, high - low)) * (height - 1);
  const path = points.map((point, i) => `${i === 0 ? "M" : "L"}${x(point).toFixed(2)} ${y(point).toFixed(2)}`).join("");
  const day = (millis) => new Date(millis).toISOString().slice(5, 10);
  return h(
    "div",
    { class: "line" },
    h("p", {}, h("b", {}, format(points.at(-1).value)), h("span", {}, `${fromZero ? "" : `${format(low)} to `}${format(high)} at most`)),
    s(
      "svg",
      { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": label, preserveAspectRatio: "none" },
      s("path", { class: "area", d: `${path}L${width} ${height}L0 ${height}Z` }),
      s("path", { class: "stroke", d: path }),
    ),
    h("p", {}, h("span", {}, day(first)), h("span", {}, day(last))),
  );
}

/** A small line without words, for figures that change while one looks. */
export function spark(values, label) {
  const width = 120;
  const height = 26;
  const high = Math.max(1e-9, ...values);
  const step = width / Math.max(1, values.length - 1);
  const path = values
    .map((value, i) => `${i === 0 ? "M" : "L"}${(i * step).toFixed(1)} ${(height - 2 - (value / high) * (height - 4)).toFixed(1)}`)
    .join("");
  return s(
    "svg",
    { class: "spark", viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": label },
    values.length < 2 ? null : s("path", { class: "stroke", d: path }),
  );
}

/** The phases of a move, and how far it is. */
export function rail(phase, small) {
  const turned = TURNED[phase];
  const reached = PHASES.indexOf(turned ?? phase);
  const ended = phase === "DONE";
  return h(
    "ol",
    {
      class: small ? "rail small" : "rail",
      "aria-label": `Phase ${word(phase)}${turned ? "" : `, ${reached + 1} of ${PHASES.length}`}`,
    },
    PHASES.map((name, i) => {
      const kind = i < reached || ended ? "passed" : i === reached ? (turned ? "turned" : "now") : "ahead";
      return h("li", { class: kind, "aria-current": kind === "now" ? "step" : null }, h("span", {}, word(name)));
    }),
    turned ? h("li", { class: "turned end" }, h("span", {}, word(phase))) : null,
  );
}
