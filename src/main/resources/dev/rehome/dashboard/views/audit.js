// Who did what, when, why, with what outcome.

import { get } from "../api.js";
import { h, replace } from "../dom.js";
import { mark, nothing, table, tenantLink } from "../parts.js";
import { at, word } from "../text.js";

const AREAS = ["move", "tenant", "schema", "across", "plan", "dashboard"];
const PAGE = 100;
const MARKS = { DONE: "fine", COMPLETE: "fine", REFUSED: "warn", FAILED: "bad", STOPPED: "warn", BROKEN: "bad" };

export const auditTable = (entries) =>
  table(
    "Audit trail",
    [
      { title: "When (UTC)", cell: (entry) => at(entry.at) },
      { title: "Who", cell: (entry) => entry.by ?? "–" },
      { title: "What", cell: (entry) => [h("b", {}, word(entry.action)), h("small", {}, word(entry.area))] },
      { title: "To what", cell: (entry) => [entry.tenant ? tenantLink(entry.tenant) : h("span", { class: "wrap" }, entry.subject), entry.area === "MOVE" ? h("small", {}, h("a", { href: `#/moves/${entry.subject}` }, "its move")) : null] },
      { title: "Why", cell: (entry) => h("span", { class: "wrap" }, entry.reason) },
      { title: "Outcome", cell: (entry) => mark(MARKS[entry.outcome] ?? "note", word(entry.outcome)) },
    ],
    entries,
    "Nothing was done.",
  );

export async function audit(page, context) {
  const wanted = context.parameters;
  const body = h("div", { class: "panel" });
  const go = (changes) => {
    const next = new URLSearchParams(wanted);
    Object.entries(changes).forEach(([key, value]) => (value ? next.set(key, value) : next.delete(key)));
    location.hash = `#/audit?${next}`;
  };
  replace(
    page,
    h("h1", {}, "Audit"),
    h(
      "form",
      { class: "filters", "aria-label": "Which entries", on: { submit: (event) => event.preventDefault() } },
      h(
        "label",
        {},
        "Area",
        h(
          "select",
          { on: { change: (event) => go({ area: event.target.value, before: "" }) } },
          h("option", { value: "" }, "any"),
          AREAS.map((area) => h("option", { value: area, selected: wanted.get("area") === area }, area)),
        ),
      ),
    ),
    body,
  );
  const { entries } = await get("/audit", { area: wanted.get("area"), tenant: wanted.get("tenant"), before: wanted.get("before"), limit: PAGE });
  replace(
    body,
    entries.length === 0 ? nothing("Nothing was done.") : auditTable(entries),
    h(
      "nav",
      { class: "pages", "aria-label": "Pages of the audit trail" },
      wanted.get("before") ? h("button", { type: "button", on: { click: () => go({ before: "" }) } }, "Newest") : null,
      entries.length === PAGE ? h("button", { type: "button", on: { click: () => go({ before: entries.at(-1).at }) } }, "Older") : null,
    ),
  );
}
