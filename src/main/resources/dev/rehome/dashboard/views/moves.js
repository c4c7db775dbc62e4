// Moves as they go on, with what can be asked of each.

import { get, post } from "../api.js";
import { bar, rail } from "../charts.js";
import { h, replace } from "../dom.js";
import { listen } from "../live.js";
import { announce, attempt, confirm, isOperator, mark, moveLink, nothing, panel, table, tenantLink, tier } from "../parts.js";
import { bytes, compact, duration, moment, number, word } from "../text.js";

/** What an operator can ask, and what happens then. Without a text it is asked at once. */
const ACTIONS = {
  PAUSE: { path: "pause", name: "Pause" },
  RESUME: { path: "resume", name: "Resume" },
  CUTOVER: {
    path: "cutover",
    name: "Cut over",
    text: "Requests of the tenant are held up for a moment, never longer than max_pause, and are served by the target from then on. If it does not fit, it is put off and tried again.",
  },
  CANCEL: {
    path: "cancel",
    name: "Cancel",
    dangerous: true,
    text: "The move is given up, and what it has made at the target is removed. The tenant stays where it is and notices nothing. There is no way back into this move.",
  },
  ROLL_BACK: {
    path: "rollback",
    name: "Roll back",
    dangerous: true,
    text: "The tenant goes back to its old home, with everything that was written since. Its requests are held up for a moment; then the copy at the target is removed.",
  },
  RETIRE: {
    path: "retire",
    name: "Retire",
    dangerous: true,
    text: "The soak ends now: both homes are compared once more, then the copy in the old home is removed. There is no way back after that.",
  },
};

async function ask(move, name) {
  const action = ACTIONS[name];
  if (
    action.text &&
    !(await confirm({
      title: `${action.name}: ${move.tenantName ?? move.tenant}`,
      text: action.text,
      facts: [
        ["From", `${word(move.from.tier)} on ${move.from.server}`],
        ["To", `${word(move.to.tier)} on ${move.to.server}`],
        ["Phase", word(move.phase)],
      ],
      action: action.name,
      dangerous: action.dangerous,
    }))
  ) {
    return;
  }
  await attempt(async () => announce((await post(`/moves/${move.move}/${action.path}`)).message));
}

/** Buttons for what is possible now; built again only when that has changed, so that a focus stays where it is. */
export function actionButtons() {
  const element = h("div", { class: "buttons" });
  let move = null;
  let built = "";
  return {
    element,
    update(next) {
      move = next;
      const names = isOperator() ? next.actions.join() : "";
      if (names !== built) {
        built = names;
        replace(
          element,
          (names ? names.split(",") : []).map((name) =>
            h(
              "button",
              { type: "button", class: ACTIONS[name].dangerous ? "danger" : "", "data-action": name, on: { click: () => ask(move, name) } },
              ACTIONS[name].name,
            ),
          ),
        );
      }
    },
  };
}

/** What the move does at the moment, in a few words. */
export function doing(move) {
  const { progress } = move;
  if (move.failure) {
    return [mark("bad", "stands still"), " ", move.failure];
  }
  if (move.request) {
    return [mark("note", `asked to ${word(move.request)}`), move.waitingFor ? ` ${move.waitingFor}` : ""];
  }
  if (!move.ended && !move.run) {
    return [mark("warn", "run by nobody"), ' "rehome move run", or "rehome serve", goes on with it'];
  }
  if (move.waitingFor) {
    return [mark("note", "waits"), " ", move.waitingFor];
  }
  const said = [];
  if (progress.rowsTotal > 0 || progress.rowsDone > 0) {
    said.push(`${compact(progress.rowsDone)}${progress.rowsTotal > 0 ? ` of ${compact(progress.rowsTotal)}` : ""} rows`);
  }
  if (progress.bytesPerSecond > 0) {
    said.push(`${bytes(progress.bytesPerSecond)}/s`);
  }
  if (progress.lagRows > 0 || ["CATCH_UP", "VERIFY", "CUTOVER", "SOAK"].includes(move.phase)) {
    said.push(`lag ${number(progress.lagRows)}`);
  }
  if (progress.remainingMillis && progress.rowsDone < progress.rowsTotal) {
    said.push(`${duration(progress.remainingMillis)} left`);
  }
  return said.join(" · ");
}

export const progressBar = (move) => {
  const { rowsDone, rowsTotal } = move.progress;
  return rowsTotal > 0 && !move.ended
    ? bar([{ kind: "done", value: Math.min(rowsDone, rowsTotal) }], rowsTotal, `${Math.floor((100 * rowsDone) / rowsTotal)} percent of the rows`)
    : null;
};

function moveRow(small) {
  const buttons = actionButtons();
  const phase = h("div", { class: "phase" });
  const stand = h("div", { class: "doing" });
  const time = h("td", { class: "figure" });
  const who = h("td", {});
  const route = h("td", {});
  const element = h("tr", {}, who, route, h("td", {}, phase, stand), time, small ? null : h("td", {}, buttons.element));
  let drawnPhase = "";
  let drawnStand = "";
  return {
    element,
    update(move) {
      buttons.update(move);
      if (drawnPhase === "") {
        replace(who, tenantLink(move.tenant, move.tenantName), h("small", {}, moveLink(move.move)));
        replace(route, way(move));
      }
      if (move.phase !== drawnPhase) {
        drawnPhase = move.phase;
        replace(phase, rail(move.phase, true), h("b", {}, word(move.phase)));
      }
      const standText = JSON.stringify([move.failure, move.request, move.run, move.waitingFor, move.progress]);
      if (standText !== drawnStand) {
        drawnStand = standText;
        replace(stand, doing(move), progressBar(move));
      }
      replace(time, moment(move.ended ? move.finishedAt : move.phaseSince));
    },
  };
}

/** A table of moves that is kept up to date in place. */
export function moveTable({ small, none }) {
  const rows = new Map();
  const body = h("tbody", {});
  const headings = ["Tenant", "Way", "Phase", "Since", ...(small ? [] : ["Ask"])];
  const whole = h(
    "div",
    { class: "scroll", tabindex: "0", role: "region", "aria-label": "Moves" },
    h(
      "table",
      { class: "moves" },
      h("caption", { class: "visually-hidden" }, "Moves"),
      h("thead", {}, h("tr", {}, headings.map((title) => h("th", { scope: "col", class: title === "Since" && "figure" }, title)))),
      body,
    ),
  );
  const empty = nothing(none ?? "Nobody is being moved.");
  const element = h("div", {}, empty);
  return {
    element,
    update(moves) {
      const kept = new Set(moves.map((move) => move.move));
      for (const [id, row] of rows) {
        if (!kept.has(id)) {
          row.element.remove();
          rows.delete(id);
        }
      }
      moves.forEach((move, i) => {
        let row = rows.get(move.move);
        if (!row) {
          row = moveRow(small);
          rows.set(move.move, row);
        }
        row.update(move);
        if (body.children[i] !== row.element) {
          body.insertBefore(row.element, body.children[i] ?? null);
        }
      });
      const wanted = moves.length === 0 ? empty : whole;
      if (element.firstChild !== wanted) {
        replace(element, wanted);
      }
    },
  };
}

export const endedMoves = (moves) =>
  table(
    "Moves that have ended",
    [
      { title: "Tenant", cell: (move) => [tenantLink(move.tenant, move.tenantName), h("small", {}, moveLink(move.move))] },
      { title: "Way", cell: (move) => way(move) },
      { title: "End", cell: (move) => mark(move.phase === "DONE" ? "fine" : "note", word(move.phase)) },
      { title: "Rows", figure: true, cell: (move) => compact(move.figures?.copiedRows) },
      { title: "Rate", figure: true, cell: (move) => rate(move.figures) },
      { title: "Pause", figure: true, cell: (move) => duration(move.figures?.pauseMillis) },
      { title: "Took", figure: true, cell: (move) => duration(Date.parse(move.finishedAt) - Date.parse(move.startedAt)) },
      { title: "Ended", figure: true, cell: (move) => moment(move.finishedAt) },
    ],
    moves,
    "No move has ended yet.",
  );

/** From tier to tier, and from server to server if that changes too. */
export const way = ({ from, to }) => [
  h("span", { class: "way" }, tier(from.tier), h("span", { class: "arrow", "aria-label": "to" }, "→"), tier(to.tier)),
  from.server === to.server ? null : h("small", {}, `${from.server} → ${to.server}`),
];

const rate = (figures) => (figures?.copiedMillis > 0 ? `${bytes((1000 * figures.copiedBytes) / figures.copiedMillis)}/s` : "–");

export async function moves(page, context) {
  const running = moveTable({});
  const ended = h("div", {});
  replace(
    page,
    h("h1", {}, "Moves"),
    isOperator() ? null : h("p", { class: "about" }, "You look on. Asking something of a move takes an operator's token."),
    panel("Under way", running.element),
    panel("Ended", ended),
  );
  let last = "";
  context.whenLeft(
    listen("moves", ({ moves: all }) => {
      running.update(all.filter((move) => !move.ended));
      const ends = all.filter((move) => move.ended).map((move) => move.move).join();
      if (ends !== last) {
        last = ends;
        list().catch((refused) => announce(refused.message, true));
      }
    }),
  );

  async function list() {
    const { moves: all } = await get("/moves", { ended: true, limit: 100 });
    replace(ended, endedMoves(all.filter((move) => move.ended)));
  }

  await list();
}

