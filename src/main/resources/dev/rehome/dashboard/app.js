// The page: signs in, draws what the address behind # names, and keeps the frame around it.

import { get, post, Refused } from "./api.js";
import { h, replace, say } from "./dom.js";
import * as live from "./live.js";
import { announce, setVisitor } from "./parts.js";
import { ago } from "./text.js";
import { alerts } from "./views/alerts.js";
import { audit } from "./views/audit.js";
import { automation } from "./views/automation.js";
import { fleet } from "./views/fleet.js";
import { isolation } from "./views/isolation.js";
import { move } from "./views/move.js";
import { moves } from "./views/moves.js";
import { plan } from "./views/plan.js";
import { schema } from "./views/schema.js";
import { servers } from "./views/servers.js";
import { signIn } from "./views/signin.js";
import { tenant } from "./views/tenant.js";
import { tenants } from "./views/tenants.js";

const ROUTES = [
  { path: "/fleet", title: "Fleet", view: fleet },
  { path: "/tenants", title: "Tenants", view: tenants },
  { path: "/tenants/:id", title: "Tenant", view: tenant, within: "/tenants" },
  { path: "/moves", title: "Moves", view: moves },
  { path: "/moves/:id", title: "Move", view: move, within: "/moves" },
  { path: "/plan", title: "Plan", view: plan },
  { path: "/automation", title: "Automation", view: automation },
  { path: "/schema", title: "Schema", view: schema },
  { path: "/isolation", title: "Isolation", view: isolation },
  { path: "/servers", title: "Servers", view: servers },
  { path: "/alerts", title: "Alerts", view: alerts },
  { path: "/audit", title: "Audit", view: audit },
];
const TICK_MILLIS = 5000;

const main = document.getElementById("main");
const nav = document.getElementById("nav");
const top = document.getElementById("top");
const counts = new Map();
let leave = () => {};

function frame(signedIn) {
  top.hidden = !signedIn;
  nav.hidden = !signedIn;
}

function drawNav() {
  replace(
    nav,
    h(
      "ul",
      {},
      ROUTES.filter((route) => !route.within).map((route) => {
        const count = h("span", { class: "count" });
        counts.set(route.path, count);
        return h("li", {}, h("a", { href: `#${route.path}` }, route.title, count));
      }),
    ),
  );
}

function countIn(path, value, bad) {
  const count = counts.get(path);
  if (count) {
    say(count, value > 0 ? String(value) : "");
    count.classList.toggle("bad", Boolean(bad));
  }
}

/** What is behind #: { path, parameters }. */
function place() {
  const [path, query] = location.hash.slice(1).split("?", 2);
  return { path: path || "/fleet", parameters: new URLSearchParams(query ?? "") };
}

function match(path) {
  for (const route of ROUTES) {
    const wanted = route.path.split("/");
    const given = path.split("/");
    if (wanted.length === given.length && wanted.every((part, i) => part.startsWith(":") || part === given[i])) {
      return { route, id: route.path.endsWith(":id") ? given.at(-1) : null };
    }
  }
  return null;
}

async function draw() {
  leave();
  const endings = [];
  leave = () => {
    endings.splice(0).forEach((end) => end());
  };
  const { path, parameters } = place();
  const found = match(path);
  if (found === null) {
    location.hash = "#/fleet";
    return;
  }
  const { route, id } = found;
  for (const link of nav.querySelectorAll("a")) {
    const current = link.getAttribute("href") === `#${route.within ?? route.path}`;
    current ? link.setAttribute("aria-current", "page") : link.removeAttribute("aria-current");
  }
  document.title = `${route.title} · Rehome`;
  let gone = false;
  endings.push(() => {
    gone = true;
  });
  const context = {
    id,
    parameters,
    /** Runs something when the page is left. */
    whenLeft: (end) => (gone ? end() : endings.push(end)),
    /** Asks again every so often, as long as somebody looks. */
    every: (millis, work) => {
      const timer = setInterval(() => {
        if (!document.hidden) {
          work().catch(() => {}); // what has gone wrong shows in the state of the connection
        }
      }, millis);
      context.whenLeft(() => clearInterval(timer));
    },
    title: (text) => {
      document.title = `${text} · Rehome`;
    },
  };
  const page = h("div", { class: "page" });
  try {
    await route.view(page, context);
  } catch (refused) {
    if (refused instanceof Refused && refused.status === 401) {
      return;
    }
    replace(page, h("h1", {}, route.title), h("p", { class: "nothing", role: "alert" }, refused.message));
    if (!(refused instanceof Refused)) {
      throw refused;
    }
  }
  if (!gone) {
    replace(main, page);
    main.scrollTop = 0;
    window.scrollTo(0, 0);
    main.focus({ preventScroll: true });
  }
}

function showSignIn() {
  leave();
  leave = () => {};
  live.end();
  setVisitor(null);
  frame(false);
  document.title = "Sign in · Rehome";
  signIn(main, begin);
}

function begin(session) {
  setVisitor(session);
  say(document.getElementById("visitor"), `${session.name}, ${session.role.toLowerCase()}`);
  drawNav();
  frame(true);
  live.begin();
  draw();
}

live.onState((state) => {
  const element = document.getElementById("live");
  element.className = `live ${state}`;
  say(element, { live: "live", asking: "asking every 5 s", lost: "connection lost" }[state] ?? "");
});
live.listen("moves", ({ moves: all }) => {
  const under = all.filter((each) => !each.ended);
  countIn("/moves", under.length, under.some((each) => each.failure));
});
live.listen("alerts", ({ alerts: all }) => countIn("/alerts", all.length, all.length > 0));

document.addEventListener("signed-out", showSignIn);
document.getElementById("sign-out").addEventListener("click", async () => {
  await post("/sign-out").catch((refused) => announce(refused.message, true));
  showSignIn();
});
document.getElementById("search").addEventListener("submit", (event) => {
  event.preventDefault();
  const text = document.getElementById("search-text").value.trim();
  location.hash = `#/tenants?q=${encodeURIComponent(text)}`;
});
document.getElementById("skip").addEventListener("click", (event) => {
  event.preventDefault();
  main.focus();
});
window.addEventListener("hashchange", () => {
  if (!top.hidden) {
    draw();
  }
});
setInterval(() => {
  for (const time of main.querySelectorAll("time[title]")) {
    say(time, ago(time.getAttribute("datetime")));
  }
}, TICK_MILLIS);

get("/session").then(
  (session) => (session.signedIn ? begin(session) : showSignIn()),
  (refused) => replace(main, h("p", { class: "nothing", role: "alert" }, refused.message)),
);
