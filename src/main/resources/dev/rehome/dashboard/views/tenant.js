// One tenant: where it lives and lived, how large it is, what was done with it.

import { get } from "../api.js";
import { line } from "../charts.js";
import { h, replace } from "../dom.js";
import { listen } from "../live.js";
import { checkPanel, figures, home, isOperator, lifeState, mark, moveLink, nothing, panel, table, tier } from "../parts.js";
import { at, bytes, compact, decimal, duration, moment, number, word } from "../text.js";
import { endedMoves, moveTable } from "./moves.js";
import { auditTable } from "./audit.js";
import { relocatePanel } from "./relocate.js";

const CHECK_MILLIS = 1500;

export async function tenant(page, context) {
  const path = `/tenants/${encodeURIComponent(context.id)}`;
  const all = await get(path);
  const name = all.name ?? all.tenant;
  context.title(name);
  const moving = moveTable({});
  const check = checkPanel(
    "Is it where it has to be?",
    "Counts its rows, looks into every home it could have, and compares both homes of a move. Costs a pass over its tables.",
    `${path}/check`,
    verdict,
  );
  const running = all.moves.filter((move) => !move.ended);
  const relocate = isOperator() && all.home && running.length === 0 ? await relocatePanel(all.tenant, name) : null;
  moving.update(running);
  check.update(all.check);
  replace(
    page,
    h("p", { class: "crumb" }, h("a", { href: "#/tenants" }, "Tenants")),
    h("h1", {}, name),
    h("p", { class: "route" }, h("code", {}, all.tenant), lifeState(all.life.state), home(all.home), all.epoch ? h("span", { class: "place" }, `epoch ${all.epoch}`) : null),
    all.life.unended ? h("p", { class: "notice" }, `'${all.life.unended}' was begun with it and has not ended: repeat it.`) : null,
    all.life.deletionDueAt ? h("p", { class: "notice" }, "Everything of it may go from ", at(all.life.deletionDueAt), " on.") : null,
    all.hosts.length > 0 ? h("p", { class: "about" }, `Reached as ${all.hosts.join(", ")}`) : null,
    size(all.statistics),
    running.length > 0 ? panel("In a move", moving.element) : null,
    relocate,
    history(all.history),
    h("div", { class: "columns" }, placements(all), check.element),
    panel("Moves", endedMoves(all.moves.filter((move) => move.ended))),
    panel("What was done with it", all.journal.length === 0 ? nothing("Nothing beside moves.") : journal(all.journal)),
    panel("Audit trail", auditTable(all.audit)),
  );
  if (running.length > 0) {
    context.whenLeft(listen("moves", ({ moves }) => moving.update(moves.filter((move) => move.tenant === all.tenant))));
  }
  context.every(CHECK_MILLIS, async () => {
    const view = await get(`${path}/check`);
    check.update(view);
  });
}

function size(statistics) {
  if (!statistics) {
    return panel("In figures", nothing("It has not been measured yet."));
  }
  const tables = Object.entries(statistics.rows).sort((one, other) => other[1] - one[1]);
  return h(
    "section",
    { class: "panel" },
    h("h2", {}, "In figures"),
    figures([
      ["Data", bytes(statistics.bytes)],
      ["Rows", number(tables.reduce((sum, [, rows]) => sum + rows, 0))],
      ["Transactions", `${decimal(statistics.transactionsPerSecond)}/s`],
      ["Rows written", `${decimal(statistics.writesPerSecond)}/s`],
      ["Query, average", duration(statistics.averageQueryMillis)],
      ["Query, p99", duration(statistics.p99QueryMillis)],
    ]),
    h("ul", { class: "tables" }, tables.map(([table, rows]) => h("li", {}, table, h("b", {}, compact(rows))))),
    h("p", { class: "about" }, "Measured ", moment(statistics.measuredAt)),
  );
}

function history(points) {
  if (points.length < 2) {
    return null;
  }
  const drawing = (title, of, format) =>
    h("figure", {}, h("figcaption", {}, title), line(points.map((point) => ({ at: Date.parse(point.measuredAt), value: of(point) })), { label: `${title}, now ${format(of(points.at(-1)))}`, format }));
  return panel(
    "Of late",
    h(
      "div",
      { class: "small-multiples" },
      drawing("Data", (point) => point.bytes, bytes),
      drawing("Transactions a second", (point) => point.transactionsPerSecond, decimal),
      drawing("Query, p99", (point) => point.p99QueryMillis, duration),
    ),
  );
}

/** Every cutover made a placement; the oldest one is where it was before the first. */
function placements(all) {
  const cutovers = all.moves.filter((move) => move.figures?.servedAt).sort((one, other) => other.figures.servedAt.localeCompare(one.figures.servedAt));
  const lines = [];
  for (const move of cutovers) {
    if (move.phase === "ROLLED_BACK") {
      lines.push([move.finishedAt, move.from, "rolled back", move]);
    }
    lines.push([move.figures.servedAt, move.to, null, move]);
  }
  const first = cutovers.at(-1);
  return panel(
    "Where it lived",
    lines.length === 0
      ? nothing("Always where it is now.")
      : h(
          "ol",
          { class: "timeline" },
          lines.map(([when, place, remark, move]) => h("li", {}, tier(place.tier), h("span", {}, ` on ${place.server} since `), at(when), remark ? [" ", mark("note", remark)] : null, h("small", {}, moveLink(move.move)))),
          h("li", {}, tier(first.from.tier), ` on ${first.from.server} before`),
        ),
  );
}

const journal = (entries) =>
  h(
    "ol",
    { class: "journal" },
    entries.map((entry) => h("li", {}, at(entry.at), h("b", {}, word(entry.operation)), h("span", {}, entry.note), h("i", {}, entry.by))),
  );

function verdict(result) {
  return [
    h("p", {}, mark(result.clean ? "fine" : "bad", result.clean ? "all is well" : "not well"), ` ${number(result.rows)} rows`),
    result.problems.length > 0 ? h("ul", { class: "problems" }, result.problems.map((problem) => h("li", {}, problem))) : null,
    result.remarks.length > 0 ? h("ul", { class: "about" }, result.remarks.map((remark) => h("li", {}, remark))) : null,
    result.comparison
      ? h("p", {}, `Both homes compared: ${number(result.comparison.rows)} rows, ${number(result.comparison.differences)} differences.`)
      : null,
    table(
      "Its rows by table",
      [
        { title: "Table", cell: (each) => each.name },
        { title: "Rows", figure: true, cell: (each) => number(each.rows) },
      ],
      result.tables,
    ),
  ];
}
