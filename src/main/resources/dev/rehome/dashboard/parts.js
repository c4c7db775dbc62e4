// What several pages are made of.

import { post } from "./api.js";
import { h, replace, say } from "./dom.js";
import { duration, moment, number, word } from "./text.js";

let visitor = null;

export function setVisitor(session) {
  visitor = session;
}

export const isOperator = () => visitor?.role === "OPERATOR";

/** Says something for a moment, and to whoever listens. */
export function announce(text, bad) {
  const said = document.getElementById("said");
  const note = h("p", { class: bad ? "bad" : "good" }, text);
  said.append(note);
  setTimeout(() => note.remove(), bad ? 12_000 : 6000);
}

/** Does something that may be refused, and says so then. Returns whether it was done. */
export async function attempt(work) {
  try {
    await work();
    return true;
  } catch (refused) {
    announce(refused.message, true);
    return false;
  }
}

export const tier = (name) => (name ? h("span", { class: `tier ${name.toLowerCase()}` }, word(name)) : "–");

export const mark = (kind, text) => h("span", { class: `mark ${kind}` }, text);

const STATES = { ACTIVE: "fine", SUSPENDED: "warn", ARRIVING: "note", ARCHIVED: "note", DELETING: "bad", DELETED: "bad" };

export const lifeState = (state) => mark(STATES[state] ?? "note", word(state));

export const tenantLink = (tenant, name) => h("a", { href: `#/tenants/${tenant}`, class: "name" }, name || tenant);

export const moveLink = (move, text) => h("a", { href: `#/moves/${move}` }, text ?? move.slice(0, 8));

export const home = (place) =>
  place ? [tier(place.tier), h("span", { class: "place" }, `${place.server}/${place.database}.${place.schema}`)] : "–";

export function panel(title, ...content) {
  return h("section", { class: "panel" }, h("h2", {}, title), content);
}

export const nothing = (text) => h("p", { class: "nothing" }, text);

/** columns: [{ title, cell: row => content, figure: whether it is a number }] */
export function table(caption, columns, rows, none) {
  if (rows.length === 0) {
    return nothing(none ?? "Nothing here.");
  }
  return h(
    "div",
    { class: "scroll", tabindex: "0", role: "region", "aria-label": caption },
    h(
      "table",
      {},
      h("caption", { class: "visually-hidden" }, caption),
      h("thead", {}, h("tr", {}, columns.map((column) => h("th", { scope: "col", class: column.figure && "figure" }, column.title)))),
      h(
        "tbody",
        {},
        rows.map((row) => h("tr", {}, columns.map((column) => h("td", { class: column.figure && "figure" }, column.cell(row))))),
      ),
    ),
  );
}

/** Figures with their names. entries: [[name, value, remark]] */
export const figures = (entries) =>
  h(
    "dl",
    { class: "figures" },
    entries.map(([name, value, remark]) => h("div", {}, h("dt", {}, name), h("dd", {}, value, remark ? h("small", {}, remark) : null))),
  );

/** Asks before something that cannot be taken back lightly. Resolves to whether it is to be done. */
export function confirm({ title, text, facts, action, dangerous }) {
  return new Promise((resolve) => {
    const dialog = h(
      "dialog",
      { "aria-labelledby": "dialog-title", "aria-describedby": "dialog-text" },
      h(
        "form",
        { method: "dialog" },
        h("h2", { id: "dialog-title" }, title),
        h("p", { id: "dialog-text" }, text),
        facts ? figures(facts) : null,
        h(
          "p",
          { class: "buttons" },
          h("button", { value: "no", autofocus: true }, "Leave it"),
          h("button", { value: "yes", class: dangerous ? "danger" : "main" }, action),
        ),
      ),
    );
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "yes");
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}

/** A check: how it came out last and when, with a button that runs it again. show(result) draws what was found. */
export function checkPanel(title, about, path, show) {
  const result = h("div", {});
  const stand = h("p", { class: "stand" });
  const button = h("button", { type: "button", class: "main", on: { click: run } }, "Look now");
  let shownAt = "never";

  async function run() {
    button.disabled = true;
    if (await attempt(async () => update(await post(path)))) {
      announce(`${title}: looking now.`);
    }
  }

  function update(view) {
    const busy = view.state === "RUNNING" || view.state === "WAITING";
    button.disabled = busy;
    say(button, view.resultAt ? "Look again" : "Look now");
    replace(stand, standing(view));
    if (view.result !== undefined && view.resultAt !== shownAt) {
      shownAt = view.resultAt;
      replace(result, show(view.result));
    } else if (!view.resultAt && view.kept) {
      replace(result, keptResult(view.kept));
    } else if (!view.resultAt && view.state === "NEVER" && shownAt === "never") {
      shownAt = "nothing";
      replace(result, nothing("Nobody has looked yet since this process began."));
    }
  }

  const element = h(
    "section",
    { class: "panel check" },
    h("div", { class: "head" }, h("h2", {}, title), isOperator() ? button : null),
    h("p", { class: "about" }, about),
    stand,
    result,
  );
  return { element, update, isBehind: (view) => Boolean(view.resultAt) && view.resultAt !== shownAt };
}

/** What somebody else has found: in lines only, as the directory keeps it. */
const keptResult = (kept) => [
  h("p", {}, mark(kept.problemCount === 0 ? "fine" : "warn", kept.problemCount === 0 ? "all is well" : `${number(kept.problemCount)} problems`), ` in ${number(kept.lookedAt)} homes. `, "Looked ", moment(kept.at), `, for ${kept.by}.`),
  kept.problems.length > 0 ? h("ul", { class: "problems" }, kept.problems.map((problem) => h("li", {}, problem))) : null,
];

function standing(view) {
  switch (view.state) {
    case "WAITING":
      return "Waits for another check to end.";
    case "RUNNING":
      return [
        view.total > 0 ? `Looking: ${number(view.done)} of ${number(view.total)} ` : "Looking. ",
        view.total > 0 ? h("progress", { max: view.total, value: view.done, "aria-label": "Progress" }) : null,
      ];
    case "FAILED":
      return [mark("bad", "failed"), " ", view.failure, " ", moment(view.endedAt)];
    case "DONE":
      return ["Looked ", moment(view.endedAt), ` in ${duration(view.millis)}, for ${view.by}.`];
    default:
      return "";
  }
}
