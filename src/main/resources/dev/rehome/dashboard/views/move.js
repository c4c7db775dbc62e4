// One move, watched.

import { get } from "../api.js";
import { rail, spark } from "../charts.js";
import { h, replace } from "../dom.js";
import { listen } from "../live.js";
import { announce, figures, home, isOperator, mark, panel, table, tenantLink } from "../parts.js";
import { at, bytes, compact, duration, moment, number, word } from "../text.js";
import { actionButtons, doing, progressBar } from "./moves.js";

const KEPT_RATES = 60;

export async function move(page, context) {
  const detail = await get(`/moves/${encodeURIComponent(context.id)}`);
  const name = detail.move.tenantName ?? detail.move.tenant;
  context.title(`Move of ${name}`);
  const phase = h("div", {});
  const stand = h("p", { class: "doing" });
  const live = h("div", {});
  const buttons = actionButtons();
  const journal = h("div", { class: "stack" });
  const rates = [];
  let drawn = "";

  replace(
    page,
    h("p", { class: "crumb" }, h("a", { href: "#/moves" }, "Moves")),
    h("h1", {}, "Move of ", tenantLink(detail.move.tenant, name)),
    h("p", { class: "route" }, home(detail.move.from), h("span", { class: "arrow", "aria-label": "to" }, "→"), home(detail.move.to)),
    h("section", { class: "panel watch" }, h("h2", { class: "visually-hidden" }, "How it stands"), phase, stand, live, isOperator() ? buttons.element : null),
    journal,
  );

  function update(each) {
    buttons.update(each);
    if (!each.ended && (each.progress.rowsPerSecond > 0 || rates.length > 0)) {
      rates.push(each.progress.rowsPerSecond);
      rates.splice(0, rates.length - KEPT_RATES);
    }
    replace(phase, rail(each.phase));
    replace(stand, doing(each), progressBar(each));
    const { progress, figures: took } = each;
    replace(
      live,
      figures([
        ["In this phase", each.ended ? "–" : duration(Date.now() - Date.parse(each.phaseSince))],
        ["Rows", compact(progress.rowsDone > 0 ? progress.rowsDone : took?.copiedRows), progress.rowsTotal > 0 ? `of ${compact(progress.rowsTotal)}` : ""],
        ["Rate", `${compact(progress.rowsPerSecond)} rows/s`, progress.bytesPerSecond > 0 ? `${bytes(progress.bytesPerSecond)}/s` : ""],
        ["Lag", number(progress.lagRows), "changes not applied yet"],
        ["Left", progress.remainingMillis && progress.rowsDone < progress.rowsTotal ? duration(progress.remainingMillis) : "–"],
        ["Pause", duration(took?.pauseMillis), took?.servedAt ? "of its cutover" : ""],
      ]),
      rates.length > 1 ? spark(rates, "Rows per second, of late") : null,
      h("p", { class: "about" }, each.ended ? ["Ended ", moment(each.finishedAt)] : each.run ? `Run by ${each.holder}.` : "", each.cutoverHeld && !each.ended ? " Its cutover waits for a word." : ""),
    );
    const text = JSON.stringify([each.phase, each.request, each.failure]);
    if (text !== drawn) {
      const first = drawn === "";
      drawn = text;
      if (!first) {
        refresh().catch((refused) => announce(refused.message, true));
      }
    }
  }

  function drawJournal({ journal: lines, verifications }) {
    replace(
      journal,
      panel(
        "Verifications",
        table(
          "Comparisons of both homes",
          [
            { title: "When", cell: (each) => at(each.comparison.endedAt) },
            { title: "In", cell: (each) => word(each.phase) },
            { title: "Result", cell: (each) => mark(each.comparison.clean ? "fine" : "bad", each.comparison.clean ? "equal" : "differs") },
            { title: "Rows", figure: true, cell: (each) => number(each.comparison.rows) },
            { title: "Differences", figure: true, cell: (each) => number(each.comparison.differences) },
            { title: "Took", figure: true, cell: (each) => duration(Date.parse(each.comparison.endedAt) - Date.parse(each.comparison.startedAt)) },
          ],
          verifications,
          "Nothing has been compared yet.",
        ),
      ),
      panel(
        "Journal",
        h(
          "ol",
          { class: "journal" },
          lines.map((line) => h("li", {}, at(line.at), h("b", {}, word(line.phase)), h("span", {}, line.note), line.by ? h("i", {}, line.by) : null)),
        ),
      ),
    );
  }

  async function refresh() {
    const next = await get(`/moves/${encodeURIComponent(context.id)}`);
    drawJournal(next);
    update(next.move);
  }

  update(detail.move);
  drawJournal(detail);
  context.whenLeft(
    listen("moves", ({ moves }) => {
      const own = moves.find((each) => each.move === detail.move.move);
      if (own) {
        update(own);
      }
    }),
  );
}
