// Servers, and who holds their connections.

import { get } from "../api.js";
import { bar } from "../charts.js";
import { h, replace } from "../dom.js";
import { figures, mark, panel, table } from "../parts.js";
import { duration, moment, number, word } from "../text.js";

const REFRESH_MILLIS = 5000;
const ROLES = ["APP", "MOVER", "OWNER", "OTHERS"];

export async function servers(page, context) {
  const body = h("div", { class: "stack" });
  replace(page, h("h1", {}, "Servers"), h("p", { class: "about" }, "Connections of all processes, as the servers count them."), body);
  let drawn = "";

  async function draw() {
    const { servers: all, nodes, nodesProblem } = await get("/pools");
    const text = JSON.stringify([all, nodes, nodesProblem]);
    if (text !== drawn) {
      drawn = text;
      replace(body, all.map(show), processes(nodes, nodesProblem));
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

/** What each process of an application says of its own connections: who of them waits is nobody else's to know. */
function processes(nodes, problem) {
  const rows = nodes.flatMap((node) => node.pools.map((pool) => ({ ...pool, node: node.node, heardAt: node.heardAt })));
  return panel(
    "Processes of applications",
    problem ? h("p", {}, mark("bad", "no answer"), ` ${problem}`) : null,
    table(
      "Connections of each process to each server",
      [
        { title: "Process", cell: (row) => [h("span", { class: "wrap" }, row.node), h("small", {}, moment(row.heardAt))] },
        { title: "Server", cell: (row) => [row.server, row.down ? [" ", mark("bad", "down")] : null] },
        {
          title: "In use and idle",
          cell: (row) =>
            bar(
              [
                { kind: "role-APP", value: row.inUse },
                { kind: "role-OTHERS", value: row.idle },
              ],
              row.limit,
              `${number(row.inUse)} in use and ${number(row.idle)} idle of ${number(row.limit)}`,
            ),
        },
        { title: "In use", figure: true, cell: (row) => number(row.inUse) },
        { title: "Idle", figure: true, cell: (row) => number(row.idle) },
        { title: "Limit", figure: true, cell: (row) => number(row.limit) },
        { title: "Waiting", figure: true, cell: (row) => (row.waiting > 0 ? mark("warn", number(row.waiting)) : number(0)) },
        { title: "Longest wait", figure: true, cell: (row) => duration(row.longestWaitMillis) },
        { title: "Time-outs", figure: true, cell: (row) => (row.timeOuts > 0 ? mark("bad", number(row.timeOuts)) : number(0)) },
      ],
      rows,
      "No process has told of its connections: DataLayer.Builder.statistics has them do so.",
    ),
  );
}
