// Whether tenants are kept apart, as the doctor has found.

import { get } from "../api.js";
import { h, replace } from "../dom.js";
import { checkPanel, figures, mark, table } from "../parts.js";
import { number, word } from "../text.js";
import { followChecks } from "./schema.js";

export async function isolation(page, context) {
  const doctor = checkPanel(
    "The doctor",
    "Looks at every server, database and home: whether isolation binds there, and whether the directory and the homes agree. Takes a few connections to each database.",
    "/checks/doctor",
    show,
  );
  doctor.update(await get("/checks/doctor"));
  replace(page, h("h1", {}, "Isolation"), doctor.element);
  context.whenLeft(followChecks({ doctor }));
}

function show(result) {
  return [
    h(
      "ul",
      { class: "lights" },
      h("li", { class: result.well ? "fine" : "bad" }, h("b", {}, result.well ? "All is well" : `${number(result.findingsInAll)} findings`), `${number(result.tenants)} tenants, ${number(result.homes)} homes, ${number(result.databases)} databases`),
      result.servers.map((server) => {
        const ill = result.findings.some((finding) => finding.where.includes(server.name));
        const kind = server.version === undefined ? "bad" : ill ? "warn" : "fine";
        return h("li", { class: kind }, h("b", {}, server.name), server.version === undefined ? "no answer" : `PostgreSQL ${server.version}, ${server.pooler ?? "pooler not known"}`);
      }),
    ),
    result.findings.length === 0
      ? null
      : table(
          "Findings",
          [
            { title: "Kind", cell: (finding) => mark(finding.kind === "INVARIANT" || finding.kind === "EXTERNAL" ? "bad" : "warn", word(finding.kind)) },
            { title: "Where", cell: (finding) => h("code", {}, finding.where) },
            { title: "Check", cell: (finding) => word(finding.check) },
            { title: "Problem", cell: (finding) => finding.problem },
            { title: "Mend it", cell: (finding) => h("code", { class: "wrap" }, finding.mend) },
          ],
          result.findings,
        ),
    result.findings.length < result.findingsInAll ? figures([["Findings not shown", number(result.findingsInAll - result.findings.length)]]) : null,
  ];
}
