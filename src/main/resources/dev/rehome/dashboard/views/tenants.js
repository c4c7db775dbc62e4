// Tenants, a page at a time.

import { get } from "../api.js";
import { h, replace } from "../dom.js";
import { lifeState, moveLink, nothing, tenantLink, tier } from "../parts.js";
import { bytes, compact, moment, number, word } from "../text.js";

const SIZE = 50;
const TIERS = ["shared", "schema", "database"];
const STATES = ["active", "suspended", "arriving", "archived", "deleting", "deleted"];
const COLUMNS = [
  { title: "Tenant", sort: "name", cell: (each) => [tenantLink(each.tenant, each.name), h("small", { class: "id" }, each.tenant)] },
  { title: "Tier", sort: "tier", cell: (each) => tier(each.tier) },
  { title: "Server", sort: "server", cell: (each) => each.server ?? "–" },
  { title: "State", cell: (each) => (each.move ? [lifeState(each.state), " ", moveLink(each.move, `in ${word(each.phase)}`)] : lifeState(each.state)) },
  { title: "Customers", sort: "customers", figure: true, cell: (each) => compact(each.customers) },
  { title: "Orders", sort: "orders", figure: true, cell: (each) => compact(each.orders) },
  { title: "Rows", sort: "rows", figure: true, cell: (each) => compact(each.rows) },
  { title: "Data", sort: "bytes", figure: true, cell: (each) => bytes(each.bytes) },
  { title: "Tx, last hour", sort: "transactions", figure: true, cell: (each) => compact(each.transactions) },
  { title: "Here since", sort: "since", figure: true, cell: (each) => moment(each.since) },
];

export async function tenants(page, context) {
  const wanted = context.parameters;
  const result = h("div", { class: "panel" });
  const say = h("p", { class: "about", role: "status" });

  /** Another page, order or filter is another address: back and forth work, and a link leads there. */
  function go(changes) {
    const next = new URLSearchParams(wanted);
    for (const [key, value] of Object.entries(changes)) {
      value ? next.set(key, value) : next.delete(key);
    }
    location.hash = `#/tenants?${next}`;
  }

  const select = (name, label, options) =>
    h(
      "label",
      {},
      label,
      h(
        "select",
        { name, on: { change: (event) => go({ [name]: event.target.value, page: "" }) } },
        h("option", { value: "" }, "any"),
        options.map((option) => h("option", { value: option, selected: wanted.get(name) === option }, option)),
      ),
    );
  const text = h("input", { type: "search", name: "q", value: wanted.get("q") ?? "", maxlength: "200", autocomplete: "off" });
  const servers = (await get("/fleet")).servers.map((server) => server.name);
  replace(
    page,
    h("h1", {}, "Tenants"),
    h(
      "form",
      {
        class: "filters",
        role: "search",
        "aria-label": "Which tenants",
        on: {
          submit: (event) => {
            event.preventDefault();
            go({ q: text.value.trim(), page: "" });
          },
        },
      },
      h("label", {}, "Name or id", text),
      select("tier", "Tier", TIERS),
      select("server", "Server", servers),
      select("state", "State", STATES),
      h(
        "label",
        { class: "tick" },
        h("input", { type: "checkbox", checked: wanted.get("moving") === "true", on: { change: (event) => go({ moving: event.target.checked ? "true" : "", page: "" }) } }),
        "in a move",
      ),
      h("button", {}, "Find"),
    ),
    say,
    result,
  );

  const found = await get("/tenants", {
    q: wanted.get("q"),
    tier: wanted.get("tier"),
    server: wanted.get("server"),
    state: wanted.get("state"),
    moving: wanted.get("moving"),
    sort: wanted.get("sort"),
    order: wanted.get("order"),
    page: wanted.get("page"),
    size: SIZE,
  });
  const sort = wanted.get("sort") ?? "name";
  const descending = wanted.get("order") === "desc";
  const first = found.page * found.size;
  const last = first + found.tenants.length;
  const pages = Math.max(1, Math.ceil(found.total / found.size));
  replace(say, found.total === 0 ? "" : `${number(first + 1)} to ${number(last)} of ${number(found.total)}`);

  function heading(column) {
    if (!column.sort) {
      return h("th", { scope: "col" }, column.title);
    }
    const own = sort === column.sort;
    const down = own ? !descending : Boolean(column.figure);
    return h(
      "th",
      { scope: "col", class: column.figure && "figure", "aria-sort": own ? (descending ? "descending" : "ascending") : null },
      h(
        "button",
        { type: "button", class: "sort", on: { click: () => go({ sort: column.sort, order: down ? "desc" : "", page: "" }) } },
        column.title,
        h("span", { "aria-hidden": "true" }, own ? (descending ? "↓" : "↑") : ""),
      ),
    );
  }

  const turn = (label, target, possible) => h("button", { type: "button", disabled: !possible, on: { click: () => go({ page: target > 0 ? String(target) : "" }) } }, label);
  replace(
    result,
    found.tenants.length === 0
      ? nothing("No tenant is like that.")
      : [
          h(
            "div",
            { class: "scroll", tabindex: "0", role: "region", "aria-label": "Tenants" },
            h(
              "table",
              { class: "tenants" },
              h("caption", { class: "visually-hidden" }, "Tenants"),
              h("thead", {}, h("tr", {}, COLUMNS.map(heading))),
              h("tbody", {}, found.tenants.map((each) => h("tr", {}, COLUMNS.map((column) => h("td", { class: column.figure && "figure" }, column.cell(each)))))),
            ),
          ),
          h(
            "nav",
            { class: "pages", "aria-label": "Pages of tenants" },
            turn("First", 0, found.page > 0),
            turn("Back", found.page - 1, found.page > 0),
            h("span", {}, `page ${number(found.page + 1)} of ${number(pages)}`),
            turn("Next", found.page + 1, found.page + 1 < pages),
            turn("Last", pages - 1, found.page + 1 < pages),
          ),
        ],
  );
}
