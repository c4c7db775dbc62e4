// Who are you?

import { post } from "../api.js";
import { h, replace, say } from "../dom.js";

export function signIn(main, begin) {
  const token = h("input", {
    id: "token",
    name: "token",
    type: "password",
    autocomplete: "current-password",
    required: true,
    maxlength: "500",
    "aria-describedby": "sign-in-problem",
  });
  const problem = h("p", { id: "sign-in-problem", class: "problem", role: "alert" });
  const button = h("button", { class: "main" }, "Sign in");
  const form = h(
    "form",
    { class: "sign-in" },
    h("img", { src: "icon.svg", alt: "", width: "40", height: "40" }),
    h("h1", {}, "Rehome"),
    h("p", {}, "Where tenants live, and how they move."),
    h("label", { for: "token" }, "Token"),
    token,
    problem,
    button,
    h("p", { class: "hint" }, "Tokens are in the strategy file, under serve. Without any there, the process has printed one when it began."),
  );
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    button.disabled = true;
    say(problem, "");
    try {
      const session = await post("/sign-in", { token: token.value });
      replace(main);
      begin(session);
    } catch (refused) {
      say(problem, refused.message);
      token.value = "";
      token.focus();
    } finally {
      button.disabled = false;
    }
  });
  replace(main, form);
  token.focus();
}
