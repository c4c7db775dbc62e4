// Servers, and who holds their connections.

import { get } from "../api.js";
import { bar } from "../charts.js";
import { h, replace } from "../dom.js";
import { figures, mark, panel, table } from "../parts.js";
import { number, word } from "../text.js";

const REFRESH_MILLIS = 5000;
const ROLES = ["APP", "MOVER", "OWNER", "OTHERS"];

export async function servers(page, context) {
  const body = h("div", { class: "stack" });
  replace(page, h("h1", {}, "Servers"), h("p", { class: "about" }, "Connections of all processes, as the servers count them."), body);
  let drawn = "";

  async function draw() {
    const { servers: all } = await get("/pools");
    const text = JSON.stringify(all);
    if (text !== drawn) {
      drawn = text;
      replace(body, all.map(show));
    }
  }

  await draw();
  context.every(REFRESH_MILLIS, draw);
}

function show(server) {
  if (server.problem) {
    return panel(server.server, h("p", {}, mark("bad", "no answer"), ` ${server.problem}`));
  }
  const parts = ROLES.map((role) => ({ kind: `role-${role}`, value: server.byRole[role] ?? 0 }));
  return panel(
    server.server,
    h("p", { class: "route" }, server.region, h("span", { class: "place" }, `PostgreSQL ${server.version}`), server.pooler ? mark("note", "behind a pooler") : null),
    figures([
      ["In use", number(server.inUse), `of ${number(server.usable)}`],
      ["Databases", number(server.databases)],
      ["A process may have", number(server.perProcess), "max_connections_per_server"],
      ["A tenant may have", number(server.perTenant), "of one process"],
    ]),
    bar(parts, server.usable, `${server.inUse} of ${server.usable} connections in use, ${parts.map((part) => `${word(part.kind.slice(5))}: ${part.value}`).join(", ")}`),
    h("ul", { class: "legend" }, parts.filter((part) => part.value > 0).map((part) => h("li", {}, h("i", { class: part.kind.toLowerCase() }), word(part.kind.slice(5)), h("b", {}, number(part.value))))),
    table(
      `Who holds connections to ${server.server}`,
      [
        { title: "Application", cell: (holder) => holder.application },
        { title: "Role", cell: (holder) => holder.role },
        { title: "Connections", figure: true, cell: (holder) => number(holder.connections) },
      ],
      server.holders,
    ),
  );
}
