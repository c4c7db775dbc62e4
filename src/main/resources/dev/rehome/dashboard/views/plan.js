// What the strategy wishes, and what is decided about it.

import { get, post } from "../api.js";
import { bar } from "../charts.js";
import { h, replace } from "../dom.js";
import { announce, attempt, confirm, figures, isOperator, mark, moveLink, nothing, panel, table, tenantLink } from "../parts.js";
import { bytes, duration, moment, number, range, word } from "../text.js";
import { way } from "./moves.js";

const REFRESH_MILLIS = 10_000;
const MARKS = { PROPOSED: "note", APPROVED: "fine", REJECTED: "warn", RUNNING: "note", DONE: "fine", FAILED: "bad", WITHDRAWN: "note" };

export async function plan(page, context) {
  const body = h("div", { class: "stack" });
  let drawn = "";
  replace(page, h("h1", {}, "Plan"), body);

  async function draw() {
    const { plan: newest } = await get("/plan");
    const text = JSON.stringify(newest ?? null);
    if (text === drawn) {
      return;
    }
    drawn = text;
    replace(body, newest ? [headline(newest), lines(newest), left(newest)] : nothing('No plan was made yet. "rehome plan" makes one, and so does "rehome serve" unless its strategy is off.'));
  }

  async function decide(line, decision) {
    const approved = decision === "approve";
    const sure =
      !approved ||
      (await confirm({
        title: `Approve the move of ${line.tenantName ?? line.tenant}`,
        text: "Whoever carries out plans may begin the move in the next window. Until it has begun, it can still be rejected.",
        facts: [
          ["From", `${word(line.from.tier)} on ${line.from.server}`],
          ["To", `${word(line.to.tier)} on ${line.to.server}`],
          ["Because", line.reason],
          ["Expected", duration(line.expectedMillis)],
        ],
        action: "Approve",
      }));
    if (sure && (await attempt(() => post(`/plan/lines/${line.line}/${decision}`)))) {
      announce(approved ? "Approved." : "Rejected: it is not carried out, and not proposed again as long as it is wished without a break.");
      await draw();
    }
  }

  function headline(newest) {
    const { cost } = newest;
    const open = (newest.counts.PROPOSED ?? 0) + (newest.counts.APPROVED ?? 0) + (newest.counts.RUNNING ?? 0);
    const parts = [
      ["With a database for everybody", cost.databases, "database"],
      ["Now", cost.now, "shared"],
      ["After the plan", cost.after, "schema"],
    ];
    const middle = (each) => (Number(each.low) + Number(each.high)) / 2;
    const most = Math.max(1, ...parts.map(([, each]) => middle(each)));
    return panel(
      "In figures",
      figures([
        ["Moves wished", number(open), Object.entries(newest.counts).map(([state, count]) => `${number(count)} ${word(state)}`).join(", ")],
        ["Saved now", `${cost.savingPercentNow} %`, "against a database for everybody"],
        ["Saved after it", `${cost.savingPercentAfter} %`, "likewise"],
        ["Looked at", number(newest.tenants), "tenants"],
      ]),
      h(
        "table",
        { class: "costs" },
        h("caption", { class: "visually-hidden" }, "Costs a month"),
        h("tbody", {}, parts.map(([title, each, kind]) => h("tr", {}, h("th", { scope: "row" }, title), h("td", {}, bar([{ kind, value: middle(each) }], most, title)), h("td", { class: "figure" }, `${range(each, cost.currency)} a month`)))),
      ),
      h("p", { class: "about" }, "Made ", moment(newest.madeAt), ` by ${newest.by}`),
    );
  }

  const buttons = (line) =>
    !isOperator()
      ? null
      : h(
          "div",
          { class: "buttons" },
          ["PROPOSED", "REJECTED"].includes(line.state) ? h("button", { type: "button", "data-action": "approve", on: { click: () => decide(line, "approve") } }, "Approve") : null,
          ["PROPOSED", "APPROVED"].includes(line.state) ? h("button", { type: "button", "data-action": "reject", on: { click: () => decide(line, "reject") } }, "Reject") : null,
        );

  const lines = (newest) =>
    panel(
      "Moves",
      table(
        "Moves of the plan",
        [
          { title: "Tenant", cell: (line) => tenantLink(line.tenant, line.tenantName) },
          { title: "Way", cell: way },
          { title: "Because", cell: (line) => [line.reason, h("small", {}, "wished ", moment(line.wishedSince))] },
          { title: "Data", figure: true, cell: (line) => bytes(line.bytes) },
          { title: "Takes", figure: true, cell: (line) => h("span", { title: line.basis }, duration(line.expectedMillis)) },
          { title: "Pause", figure: true, cell: (line) => duration(line.pauseMillis) },
          { title: "A month", figure: true, cell: (line) => [range(line.before, newest.cost.currency), h("small", {}, `→ ${range(line.after, newest.cost.currency)}`)] },
          { title: "State", cell: (line) => [mark(MARKS[line.state], word(line.state)), line.move ? h("small", {}, moveLink(line.move)) : line.by ? h("small", {}, line.by) : null, line.failure ? h("small", {}, line.failure) : null] },
          { title: "Decide", cell: buttons },
        ],
        newest.lines,
        "Everybody is where the strategy wants them.",
      ),
    );

  const left = (newest) =>
    newest.leftInAll === 0
      ? null
      : panel(
          `Left where they are: ${number(newest.leftInAll)}`,
          table(
            "Tenants that are left where they are",
            [
              { title: "Tenant", cell: (each) => tenantLink(each.tenant, each.tenantName) },
              { title: "Why", cell: (each) => mark("note", word(each.kind)) },
              { title: "", cell: (each) => each.text },
            ],
            newest.left,
          ),
        );

  await draw();
  context.every(REFRESH_MILLIS, draw);
}
