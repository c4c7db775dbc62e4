package dev.rehome.dashboard;

import dev.rehome.audit.AuditTrail;
import dev.rehome.config.ServeConfig;
import dev.rehome.config.ServeConfig.Role;
import dev.rehome.config.ServeConfig.Token;
import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The dashboard: a page and a JSON API over the directory, for whoever shows a token. Without tokens in its configuration it makes up
 * one of an operator, which ends with the process, and can be reached from this machine only. Thread-safe.
 */
public final class DashboardServer implements AutoCloseable {
    /** Of an address. A page takes some thirty requests. */
    private static final double BURST = 300;

    private static final double PER_SECOND = 60;

    private final WebServer web;
    private final Routes routes;
    private final URI address;
    private final @Nullable String madeUp;

    private DashboardServer(WebServer web, Routes routes, URI address, @Nullable String madeUp) {
        this.web = web;
        this.routes = routes;
        this.address = address;
        this.madeUp = madeUp;
    }

    /**
     * Starts it; it answers when this returns.
     *
     * @throws RehomeException (CONFIGURATION) if the address is not one of this machine's, is taken, or can be reached by others
     *     though there are no tokens
     */
    public static DashboardServer start(ServeConfig config, DashboardSources sources) {
        InetAddress address = resolve(config.address());
        List<Token> tokens = new ArrayList<>(config.tokens());
        String madeUp = null;
        if (tokens.isEmpty()) {
            if (!address.isLoopbackAddress()) {
                throw new RehomeException(
                        ErrorKind.CONFIGURATION,
                        "The dashboard at " + config.address()
                                + " could be reached from other machines, and there are no tokens. Give some under serve.tokens,"
                                + " or leave serve.address at " + ServeConfig.DEFAULT_ADDRESS + ".");
            }
            madeUp = Tokens.random();
            tokens.add(new Token("operator", Role.OPERATOR, Tokens.sha256(madeUp)));
        }
        Clock clock = Clock.systemUTC();
        Access access = new Access(new Tokens(tokens), new Guesses(new AuditTrail(sources.directory()), clock), clock);
        Routes routes = new Routes(sources, access, clock);
        WebServer web = new WebServer(address, config.port())
                .filter(new HeadersFilter())
                .filter(new RequestFilter(new RequestRate(BURST, PER_SECOND, System::nanoTime)))
                .filter(new AccessFilter(access))
                .servlet(new ApiServlet(routes.all()), Routes.PREFIX + "/*")
                .servlet(new ProbeServlet(sources.directory(), sources.metrics()), "/healthz", "/readyz", "/metrics")
                .servlet(new PageServlet(), "/");
        try {
            int port = web.start();
            return new DashboardServer(web, routes, uri(address, port), madeUp);
        } catch (RuntimeException e) {
            routes.close();
            throw e;
        }
    }

    private static InetAddress resolve(String address) {
        try {
            return InetAddress.getByName(address);
        } catch (UnknownHostException e) {
            throw new RehomeException(
                    ErrorKind.CONFIGURATION,
                    "serve.address " + address + " is not known here. Give an address of this machine.",
                    e);
        }
    }

    private static URI uri(InetAddress address, int port) {
        String host = address.getHostAddress();
        return URI.create("http://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port + "/");
    }

    /** Where it answers. */
    public URI address() {
        return address;
    }

    /** The token that it has made up; empty if the configuration has tokens. To be shown to whoever has started the process. */
    public Optional<String> madeUpToken() {
        return Optional.ofNullable(madeUp);
    }

    List<Route> routes() {
        return routes.all();
    }

    /** How many watch its events. */
    int watching() {
        return routes.watching();
    }

    /** Ends the answers that are under way, and those who watch. */
    @Override
    public void close() {
        routes.close();
        web.close();
    }
}
