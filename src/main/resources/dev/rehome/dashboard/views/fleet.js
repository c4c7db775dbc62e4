// The fleet at a glance.

import { get } from "../api.js";
import { bar, gauge, line, TIERS } from "../charts.js";
import { h, replace } from "../dom.js";
import { listen } from "../live.js";
import { figures, nothing, panel, table, tenantLink, tier } from "../parts.js";
import { bytes, compact, moment, number, word } from "../text.js";
import { moveTable } from "./moves.js";

const REFRESH_MILLIS = 15_000;

export async function fleet(page, context) {
  const body = h("div", { class: "stack" });
  const moving = moveTable({ small: true });
  replace(page, h("h1", {}, "Fleet"), body);

  let drawn = "";

  /** Only what has changed is drawn anew: whoever is in the middle of it stays there. */
  async function draw() {
    const { figures: all, servers } = await get("/fleet");
    const text = JSON.stringify([all, servers]);
    if (text === drawn) {
      return;
    }
    drawn = text;
    replace(body, headline(all), h("div", { class: "columns" }, where(all, servers), growth(all)), movingPanel(), h("div", { class: "columns" }, near(all), growing(all)));
  }

  const movingPanel = () => panel("Moves under way", moving.element);
  await draw();
  context.every(REFRESH_MILLIS, draw);
  context.whenLeft(listen("moves", ({ moves }) => moving.update(moves.filter((move) => !move.ended))));
}

const sum = (rows, of) => rows.reduce((total, row) => total + of(row), 0);

function byTier(tiers) {
  return TIERS.map((kind) => ({ kind, value: sum(tiers.filter((each) => each.tier === kind), (each) => each.tenants) }));
}

function headline(all) {
  const tenants = sum(all.tiers, (each) => each.tenants);
  const parts = byTier(all.tiers);
  const others = Object.entries(all.states).filter(([state, count]) => state !== "ACTIVE" && state !== "DELETED" && count > 0);
  const { moves, measured } = all;
  return h(
    "section",
    { class: "panel headline" },
    h("h2", { class: "visually-hidden" }, "In figures"),
    figures([
      ["Tenants", number(tenants), others.map(([state, count]) => `${compact(count)} ${word(state)}`).join(", ")],
      ["Data", bytes(measured.bytes), `${compact(measured.rows)} rows of ${compact(measured.tenants)} measured`],
      ["Under way", number(moves.underWay), moves.unattended > 0 ? `${number(moves.unattended)} run by nobody` : ""],
      ["Soaking", number(moves.soaking)],
      ["Standing still", number(moves.failed), moves.failed > 0 ? "look at their failures" : ""],
    ]),
    bar(parts, null, parts.map((part) => `${word(part.kind)}: ${number(part.value)}`).join(", ")),
    h(
      "ul",
      { class: "legend" },
      parts.map((part) =>
        h(
          "li",
          {},
          h("a", { href: `#/tenants?tier=${part.kind.toLowerCase()}` }, h("i", { class: part.kind.toLowerCase() }), word(part.kind)),
          h("b", {}, number(part.value)),
          h("small", {}, tenants === 0 ? "" : `${((100 * part.value) / tenants).toFixed(1)} %`),
        ),
      ),
    ),
  );
}

function where(all, servers) {
  const largest = Math.max(1, ...servers.map((server) => sum(of(server), (each) => each.tenants)));
  const unknown = [...new Set(all.tiers.map((each) => each.server))].filter((name) => !servers.some((server) => server.name === name));

  function of(server) {
    return all.tiers.filter((each) => each.server === server.name);
  }

  const rows = [...servers, ...unknown.map((name) => ({ name, region: "not configured" }))];
  return panel(
    "Where they live",
    table(
      "Tenants by server",
      [
        { title: "Server", cell: (server) => h("a", { href: `#/tenants?server=${encodeURIComponent(server.name)}` }, server.name) },
        { title: "Region", cell: (server) => server.region },
        {
          title: "By tier",
          cell: (server) => {
            const parts = byTier(of(server));
            return bar(parts, largest, parts.map((part) => `${word(part.kind)} ${number(part.value)}`).join(", "));
          },
        },
        { title: "Tenants", figure: true, cell: (server) => number(sum(of(server), (each) => each.tenants)) },
        { title: "Data", figure: true, cell: (server) => bytes(sum(of(server), (each) => each.bytes)) },
      ],
      rows,
    ),
  );
}

function growth(all) {
  const points = all.days.map((day) => ({ at: Date.parse(day.day), value: day.tenants }));
  const added = points.length > 1 ? points.at(-1).value - points[0].value : 0;
  return panel(
    "Tenants, 30 days",
    line(points, { label: `Tenants over 30 days, now ${number(points.at(-1)?.value)}`, fromZero: added === 0 }),
    h("p", { class: "about" }, added > 0 ? `${number(added)} came in these days; those that were deleted since are not counted.` : "Nobody new in these days."),
  );
}

function near(all) {
  return panel(
    "Near a threshold",
    table(
      "Tenants near a threshold",
      [
        { title: "Tenant", cell: (each) => tenantLink(each.tenant, each.name) },
        { title: "Tier", cell: (each) => tier(each.tier) },
        { title: "Of its threshold", cell: (each) => gauge(each.value, each.limit, `${Math.round((100 * each.value) / each.limit)} percent`) },
        { title: "", figure: true, cell: (each) => ofLimit(each) },
        { title: "Beyond it", cell: (each) => tier(each.next) },
      ],
      all.near,
      all.measured.tenants === 0 ? "No tenant has been measured yet." : "Nobody is at 80 % of a threshold.",
    ),
  );
}

const ofLimit = ({ figure, value, limit }) =>
  figure === "avg_query_time" ? `${number(Math.round(value))} of ${number(limit)} ms a query` : `${number(value)} of ${compact(limit)} ${figure}`;

function growing(all) {
  return panel(
    "Growing fastest, 7 days",
    all.growing.length === 0
      ? nothing("Nothing to compare with yet.")
      : table(
          "Tenants that grow fastest",
          [
            { title: "Tenant", cell: (each) => tenantLink(each.tenant, each.name) },
            { title: "Tier", cell: (each) => tier(each.tier) },
            { title: "Grown by", figure: true, cell: (each) => bytes(each.bytes - each.bytesBefore) },
            { title: "Now", figure: true, cell: (each) => bytes(each.bytes) },
          ],
          all.growing,
        ),
    all.measured.oldest ? h("p", { class: "about" }, "Oldest figure: ", moment(all.measured.oldest)) : null,
  );
}
