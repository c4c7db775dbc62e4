package dev.rehome.dashboard;

import static dev.rehome.dashboard.Route.get;
import static dev.rehome.dashboard.Route.post;

import dev.rehome.dashboard.Check.View;
import java.util.List;

/** The expensive looks: how each came out last, and having one run again. Opening a page never runs one. Thread-safe. */
final class ChecksApi {
    private final Checks checks;

    ChecksApi(Checks checks) {
        this.checks = checks;
    }

    List<Route> routes() {
        return List.of(
                get("/checks", call -> new All(checks.summaries())),
                get("/checks/{check}", call -> checks.view(call.word("check"))),
                post("/checks/{check}", call -> checks.run(call.word("check"), call.visitor())));
    }

    record All(List<View> checks) {}
}
