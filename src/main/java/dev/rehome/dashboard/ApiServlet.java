package dev.rehome.dashboard;

import dev.rehome.dashboard.Route.Audience;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Finds the route of a request, looks whether the visitor may take it, and answers. Thread-safe. */
final class ApiServlet extends HttpServlet {
    private static final long serialVersionUID = 1L;
    private static final int CREATED_NOTHING = 204;

    private final transient List<Route> routes;

    ApiServlet(List<Route> routes) {
        this.routes = List.copyOf(routes);
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        try {
            answer(request, response);
        } catch (RuntimeException e) {
            Failures.answer(e, request, response);
        }
    }

    private void answer(HttpServletRequest request, HttpServletResponse response) throws IOException {
        String path = Optional.ofNullable(request.getPathInfo()).orElse("");
        List<Route> fitting =
                routes.stream().filter(route -> route.match(path).isPresent()).toList();
        Route route = fitting.stream()
                .filter(each -> each.method().equals(request.getMethod()))
                .findFirst()
                .orElseThrow(() -> fitting.isEmpty()
                        ? Refusal.notFound("such address")
                        : Refusal.method(fitting.stream().map(Route::method).collect(Collectors.joining(", "))));
        Map<String, String> values = route.match(path).orElseThrow();
        Call call = new Call(request, response, values);
        if (route.who() != Audience.ANYBODY) {
            Visitor visitor = call.visitor();
            if (route.who() == Audience.OPERATOR && !visitor.isOperator()) {
                throw Refusal.forbidden(
                        "'" + visitor.name() + "' is a viewer. Sign in with the token of an operator for this.");
            }
        }
        Object answer = route.handler().answer(call);
        if (answer == null) {
            if (!request.isAsyncStarted()) {
                response.setStatus(CREATED_NOTHING);
            }
            return;
        }
        Answers.json(response, HttpServletResponse.SC_OK, answer);
    }
}
