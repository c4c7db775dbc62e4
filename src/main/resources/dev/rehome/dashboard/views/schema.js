// Levels of the changelog, drift from it, and its latest run.

import { get } from "../api.js";
import { bar } from "../charts.js";
import { h, replace } from "../dom.js";
import { listen } from "../live.js";
import { checkPanel, figures, mark, panel, table } from "../parts.js";
import { number, word } from "../text.js";

export async function schema(page, context) {
  const all = await get("/schema");
  const levels = checkPanel("Levels", "Which changesets ran in which homes: a query for some hundred homes of a database.", "/checks/levels", showLevels);
  const drift = checkPanel("Drift", "Compares every home's tables, keys, indexes, policies, triggers and rights with what the changelog makes.", "/checks/drift", showDrift);
  levels.update(all.levels);
  drift.update(all.drift);
  replace(page, h("h1", {}, "Schema"), h("p", { class: "route" }, "Changelog ", h("code", {}, all.changelog)), levels.element, drift.element, run(all.run));
  context.whenLeft(followChecks({ levels, drift }));
}

/** Keeps checks up to date; what they have found is asked for when it has changed. */
export function followChecks(checks) {
  return listen("checks", async (summaries) => {
    for (const summary of summaries) {
      const own = checks[summary.name];
      if (own) {
        own.update(summary);
        if (own.isBehind(summary)) {
          own.update(await get(`/checks/${summary.name}`));
        }
      }
    }
  });
}

function showLevels(result) {
  const behind = result.homes - result.upToDate;
  return [
    figures([
      ["Homes", number(result.homes)],
      ["At the newest level", number(result.upToDate)],
      ["Behind", number(behind)],
    ]),
    bar([{ kind: "fine", value: result.upToDate }, { kind: "warn", value: behind }], result.homes, `${number(result.upToDate)} of ${number(result.homes)} homes are at the newest level`),
    result.groups.length === 0
      ? null
      : table(
          "Homes behind",
          [
            { title: "Homes", figure: true, cell: (group) => number(group.homes) },
            { title: "Server", cell: (group) => group.server },
            { title: "Such as", cell: (group) => h("code", {}, `${group.example.database}.${group.example.schema}`) },
            { title: "Lack", cell: (group) => group.missing.join(", ") },
            { title: "How", cell: (group) => (group.ordinaryBecause ? `Liquibase in each, as ${group.ordinaryBecause}` : "rendered once and replayed") },
          ],
          result.groups,
        ),
    Object.entries(result.databases).map(([database, missing]) => h("p", { class: "notice" }, `Database ${database}: schema rehome lacks ${missing.join(", ")}`)),
    result.unreachable.map((problem) => h("p", { class: "notice" }, problem)),
  ];
}

function showDrift(result) {
  return [
    figures([
      ["Homes", number(result.homes)],
      ["As the changelog makes them", number(result.same)],
      ["Drifted", number(result.driftedInAll)],
      ["At another level", number(result.atAnotherLevelInAll)],
      ["Not looked at", number(result.notSeenInAll)],
    ]),
    result.drifted.map((each) =>
      h(
        "details",
        { class: "finding" },
        h("summary", {}, mark("warn", "drifted"), " ", h("code", {}, each.home), each.differences.length === 1 ? " 1 difference" : ` ${number(each.differences.length)} differences`),
        each.differences.map((difference) =>
          h("div", { class: "mend" }, h("p", {}, difference.problem, difference.losesData ? [" ", mark("bad", "mending drops data")] : null), h("pre", {}, difference.mend)),
        ),
      ),
    ),
    result.atAnotherLevel.map((each) => h("p", { class: "notice" }, h("code", {}, each.home), ` lacks ${each.lacks.join(", ") || "nothing"}${each.further.length > 0 ? `, has ${each.further.join(", ")}` : ""}`)),
    result.notSeen.map((each) => h("p", { class: "notice" }, h("code", {}, each.home), ` ${each.problem}`)),
  ];
}

const KINDS = { DONE: "fine", FAILED: "bad", RUNNING: "note", PENDING: "ahead", SKIPPED: "warn", ROLLED_BACK: "warn" };

function run(latest) {
  if (!latest) {
    return panel("Latest run", h("p", { class: "nothing" }, "The changelog was never run over the fleet."));
  }
  const parts = Object.entries(latest.counts).filter(([, count]) => count > 0);
  return panel(
    "Latest run",
    h("p", { class: "route" }, h("code", {}, latest.run), mark(latest.ended ? "fine" : "note", latest.ended ? "ended" : "open")),
    bar(parts.map(([state, value]) => ({ kind: KINDS[state], value })), null, parts.map(([state, count]) => `${number(count)} ${word(state)}`).join(", ")),
    h("p", { class: "about" }, parts.map(([state, count]) => `${number(count)} ${word(state)}`).join(" · ")),
    latest.firstFailures.length === 0
      ? null
      : table(
          "The first homes that failed",
          [
            { title: "Home", cell: (each) => h("code", {}, `${each.home.server}/${each.home.database}.${each.home.schema}`) },
            { title: "Why", cell: (each) => each.reason },
          ],
          latest.firstFailures,
        ),
  );
}
