// What somebody should look at.

import { get } from "../api.js";
import { h, replace } from "../dom.js";
import { listen } from "../live.js";
import { mark, panel, table } from "../parts.js";
import { moment, word } from "../text.js";

const MARKS = { CRITICAL: "bad", WARNING: "warn", INFO: "note" };

export async function alerts(page, context) {
  const body = h("div", { role: "status" });
  replace(page, h("h1", {}, "Alerts"), panel("Firing", body));

  function draw({ alerts: all }) {
    replace(
      body,
      table(
        "Alerts",
        [
          { title: "How bad", cell: (alert) => mark(MARKS[alert.severity] ?? "warn", word(alert.severity)) },
          { title: "What", cell: (alert) => h("b", {}, alert.name) },
          { title: "Where", cell: (alert) => h("code", {}, alert.subject) },
          { title: "", cell: (alert) => [alert.text, h("small", {}, `Runbook: ${alert.runbook}`)] },
          { title: "Since", figure: true, cell: (alert) => moment(alert.since) },
        ],
        all,
        "Nothing fires.",
      ),
    );
  }

  draw(await get("/alerts"));
  context.whenLeft(listen("alerts", draw));
}
