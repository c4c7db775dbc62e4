// Who looks after the fleet, and how that goes.

import { get } from "../api.js";
import { h, replace } from "../dom.js";
import { mark, nothing, panel, table } from "../parts.js";
import { moment, number, word } from "../text.js";

const REFRESH_MILLIS = 5000;
const SILENT_MILLIS = 30_000;

export async function automation(page, context) {
  const body = h("div", { class: "stack" });
  let drawn = "";
  replace(page, h("h1", {}, "Automation"), body);

  async function draw() {
    const all = await get("/automation");
    const text = JSON.stringify(all);
    if (text !== drawn) {
      drawn = text;
      replace(body, nodes(all.nodes), duties(all.duties));
    }
  }

  await draw();
  context.every(REFRESH_MILLIS, draw);
}

const nodes = (all) =>
  panel(
    "Processes",
    all.length === 0 ? nothing('Nobody looks after the fleet. "rehome serve" does.') : null,
    all.length === 0
      ? null
      : table(
          "Processes that look after the fleet",
          [
            { title: "Process", cell: (node) => h("span", { class: "wrap" }, node.node) },
            { title: "State", cell: (node) => (Date.now() - Date.parse(node.heardAt) > SILENT_MILLIS ? mark("bad", "silent") : mark("fine", "lives")) },
            { title: "Moves", figure: true, cell: (node) => number(node.moves) },
            { title: "Strategy file", cell: (node) => [h("code", {}, node.strategyDigest.slice(0, 10)), " since ", moment(node.strategySince)] },
            { title: "", cell: (node) => (node.strategyProblem ? [mark("bad", "file refused"), h("pre", {}, node.strategyProblem)] : null) },
            { title: "Heard of", figure: true, cell: (node) => moment(node.heardAt) },
          ],
          all,
        ),
  );

const duties = (all) =>
  panel(
    "Duties",
    table(
      "Duties",
      [
        { title: "Duty", cell: (duty) => h("b", {}, word(duty.duty)) },
        { title: "State", cell: (duty) => (duty.failure ? mark("bad", `failed, ${number(duty.failedInARow)} in a row`) : duty.holder && !ended(duty) ? mark("note", "at it") : mark("fine", "done")) },
        { title: "Outcome", cell: (duty) => duty.failure ?? duty.outcome ?? "–" },
        { title: "Runs", figure: true, cell: (duty) => number(duty.runs) },
        { title: "Failed", figure: true, cell: (duty) => number(duty.failures) },
        { title: "Ended", figure: true, cell: (duty) => moment(duty.endedAt) },
      ],
      all,
      "No duty has been taken yet.",
    ),
  );

const ended = (duty) => duty.endedAt && (!duty.begunAt || Date.parse(duty.endedAt) >= Date.parse(duty.begunAt));
