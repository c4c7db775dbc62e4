// A tenant's move: where it can go, what that would meet and cost, and its start.

import { get, post } from "../api.js";
import { h, replace } from "../dom.js";
import { announce, attempt, confirm, figures, mark, panel, table } from "../parts.js";
import { bytes, duration, number, range, word } from "../text.js";

const named = (home) => `${word(home.tier)} on ${home.server}`;

/** For a tenant that is in no move. */
export async function relocatePanel(tenant, name) {
  const path = `/tenants/${encodeURIComponent(tenant)}`;
  const { now, region, targets } = await get(`${path}/targets`);
  const result = h("div", { class: "stack", role: "status" });
  const select = h(
    "select",
    { name: "target", on: { change: () => replace(result) } },
    targets.map((target, place) => h("option", { value: String(place) }, `${named(target.home)} (${target.region})`)),
  );
  const look = h("button", { class: "main" }, "Look what it would take");
  const chosen = () => targets[Number(select.value)].home;
  const asked = (target, more) => ({ tier: target.tier, server: target.server, ...more });

  async function preview() {
    const target = chosen();
    look.disabled = true;
    replace(result, h("p", { class: "about" }, "Looking: nothing is written."));
    const done = await attempt(async () => {
      const found = await post(`${path}/preview`, asked(target));
      if (chosen() === target) {
        replace(result, show(found, target));
      }
    });
    if (!done) {
      replace(result);
    }
    look.disabled = false;
  }

  function show({ preview: found, currency, before, after }, target) {
    const hold = h("input", { type: "checkbox" });
    return [
      found.refusals.length > 0 ? h("ul", { class: "problems" }, found.refusals.map((refusal) => h("li", {}, mark("bad", "refused"), ` ${refusal.reason}`))) : null,
      found.untilServedMillis === undefined
        ? null
        : figures([
            ["Size", bytes(found.bytes), `${number(found.rows)} rows`],
            ["Until it serves", `about ${duration(found.untilServedMillis)}`, `by ${found.basis}`],
            ["Pause", found.pauseMillis === undefined ? "not known yet" : `about ${duration(found.pauseMillis)}`, `never more than ${duration(found.longestPauseMillis)}`],
            ["A month now", range(before, currency)],
            ["A month then", range(after, currency)],
          ]),
      remarks("Waits", found.waits),
      remarks("Open", found.openTransactions),
      remarks("Look at", found.notChecked),
      table(
        "Rows that are copied",
        [
          { title: "Table", cell: (each) => each.name },
          { title: "Rows", figure: true, cell: (each) => number(each.rows) },
          { title: "Data", figure: true, cell: (each) => bytes(each.bytes) },
        ],
        found.tables,
        "No table could be looked at.",
      ),
      found.possible
        ? h(
            "p",
            { class: "buttons" },
            h("label", { class: "tick" }, hold, "cut over only when somebody says so"),
            h("button", { type: "button", class: "main", on: { click: () => start(found, target, hold.checked) } }, "Start the move"),
          )
        : null,
    ];
  }

  async function start(found, target, hold) {
    const sure = await confirm({
      title: `Move ${name}`,
      text: `Its rows are copied to the new home while it is used. Then its requests are held up for a moment, never longer than ${duration(found.longestPauseMillis)}, and the new home serves it${hold ? ", but not before somebody says so" : ""}. Until the soak is over the old home is kept current, and a roll-back loses nothing.`,
      facts: [
        ["From", named(now)],
        ["To", named(target)],
        ["Until it serves", `about ${duration(found.untilServedMillis)}`],
      ],
      action: "Start",
    });
    if (sure) {
      await attempt(async () => {
        const { move, message } = await post(`${path}/move`, asked(target, { hold }));
        announce(message);
        location.hash = `#/moves/${move.move}`;
      });
    }
  }

  return panel(
    "Move it",
    region ? h("p", { class: "about" }, `It has to be in region ${region}.`) : null,
    targets.length === 0
      ? h("p", { class: "nothing" }, "There is no other home for it.")
      : h(
          "form",
          {
            class: "filters",
            "aria-label": "Where to",
            on: {
              submit: (event) => {
                event.preventDefault();
                preview();
              },
            },
          },
          h("label", {}, "To", select),
          look,
        ),
    result,
  );
}

const remarks = (title, texts) => (texts.length === 0 ? null : h("ul", { class: "about" }, texts.map((text) => h("li", {}, `${title}: ${text}`))));
