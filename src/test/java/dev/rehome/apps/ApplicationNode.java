package dev.rehome.apps;

import dev.rehome.connection.Limits;
import dev.rehome.fence.PostgresFence;
import dev.rehome.fence.TransactionMode;
import dev.rehome.fence.TransactionMode.Isolation;
import dev.rehome.hibernate.DataLayer;
import dev.rehome.jdbc.DatabaseRole;
import dev.rehome.jdbc.DatabaseUrl;
import dev.rehome.jdbc.Login;
import dev.rehome.placement.Database;
import dev.rehome.placement.JdbcDirectory;
import dev.rehome.placement.Server;
import dev.rehome.placement.Servers;
import dev.rehome.tenant.TenantContext;
import dev.rehome.tenant.TenantId;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * An application with a data layer, and so with pools and a cache of placements, of its own. It does what it is told, line by
 * line on its standard input, and tells on its standard output what came of it ({@link Events}). It ends with its input.
 */
final class ApplicationNode {
    /** Between the words of a command; no name or password has it. */
    static final String SEPARATOR = "\t";

    private final String name;
    private final DataLayer layer;
    private final Events events;
    private final DatabaseUrl url;
    private final Map<TenantId, Lane> lanes = new HashMap<>();
    private final Map<TenantId, Traffic> traffic = new HashMap<>();
    private final Map<String, PlainWriter> plain = new HashMap<>();

    private ApplicationNode(String name, DatabaseUrl url, DataLayer layer, Events events) {
        this.name = name;
        this.url = url;
        this.layer = layer;
        this.events = events;
    }

    /**
     * What a node is started with.
     *
     * @param server name of the server
     * @param url of the control database; application name included
     * @param application whom it works as
     * @param reader whom it reads the directory as
     * @param timeout how long a request waits for a connection
     */
    record Settings(String name, String server, String url, Login application, Login reader, Duration timeout) {
        List<String> arguments() {
            return List.of(
                    name,
                    server,
                    url,
                    application.user(),
                    String.valueOf(application.password()),
                    reader.user(),
                    String.valueOf(reader.password()),
                    "" + timeout.toMillis());
        }

        static Settings of(String[] arguments) {
            return new Settings(
                    arguments[0],
                    arguments[1],
                    arguments[2],
                    new Login(arguments[3], arguments[4]),
                    new Login(arguments[5], arguments[6]),
                    Duration.ofMillis(Long.parseLong(arguments[7])));
        }
    }

    public static void main(String[] arguments) throws IOException {
        Settings settings = Settings.of(arguments);
        DatabaseUrl url = DatabaseUrl.parse(settings.url());
        Servers servers = servers(settings, url, settings.application());
        Servers readers = servers(settings, url, settings.reader());
        Database control = new Database(settings.server(), url.database());
        Events events = new Events(System.out);
        try (DataLayer layer = DataLayer.builder(
                        servers,
                        new JdbcDirectory(() ->
                                readers.open(control, JdbcDirectory.SCHEMA, DatabaseRole.APP, "application directory")),
                        new PostgresFence(servers))
                .limits(new Limits(10, 20, settings.timeout()))
                .entities(List.of(Entry.class))
                .build()) {
            events.answer("ready");
            new ApplicationNode(settings.name(), url, layer, events).obey();
        }
    }

    private static Servers servers(Settings settings, DatabaseUrl url, Login login) {
        return Servers.of(new Server(settings.server(), "test", url, Map.of(DatabaseRole.APP, login)));
    }

    private void obey() throws IOException {
        try (BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            for (String command = commands.readLine(); command != null; command = commands.readLine()) {
                try {
                    events.answer(obey(command.split(SEPARATOR, -1)));
                } catch (Exception e) {
                    events.refuse(e);
                }
            }
        }
    }

    private String obey(String[] words) throws Exception {
        if (words[0].startsWith("plain-")) {
            return obeyPlainly(words);
        }
        TenantId tenant = TenantId.parse(words[1]);
        Lane lane = lanes.computeIfAbsent(tenant, missing -> new Lane(name, missing, layer.sessionFactory(), events));
        switch (words[0]) {
            case "know" ->
                // Hibernate asks for the placement when a session is opened, and for a connection at its first
                // statement.
                TenantContext.run(
                        tenant, () -> layer.sessionFactory().openSession().close());
            case "work" -> {
                for (int i = Integer.parseInt(words[2]); i > 0; i--) {
                    lane.work(mode(words[3]));
                }
            }
            case "read" -> lane.read(mode(words[2]));
            case "begin" -> lane.begin(mode(words[2]));
            case "write" -> lane.write();
            case "commit" -> lane.commit();
            case "start" -> {
                String own = name + ".traffic";
                Traffic started = new Traffic(
                        own, tenant, new Lane(own, tenant, layer.sessionFactory(), events), mode(words[2]), events);
                traffic.put(tenant, started);
                started.start();
            }
            case "await" -> {
                return running(tenant).await(Integer.parseInt(words[2]));
            }
            case "stop" -> {
                running(tenant).stop();
                traffic.remove(tenant);
            }
            default -> throw new IllegalArgumentException("no such command: " + words[0]);
        }
        return lane.home();
    }

    private Traffic running(TenantId tenant) {
        Traffic started = traffic.get(tenant);
        if (started == null) {
            throw new IllegalStateException("there is no traffic");
        }
        return started;
    }

    /** Plain writers go by names of their own, as one process may have several. */
    private String obeyPlainly(String[] words) throws Exception {
        String writer = words[1];
        if (words[0].equals("plain-open")) {
            // plain-open WRITER TENANT USER PASSWORD DATABASE SCHEMA
            plain.put(
                    writer,
                    new PlainWriter(
                            writer,
                            TenantId.parse(words[2]),
                            events,
                            PlainWriter.connect(url.withDatabase(words[5]).jdbc(), words[3], words[4], words[6])));
            return "";
        }
        PlainWriter open = plain.get(writer);
        if (open == null) {
            throw new IllegalStateException("there is no such plain writer");
        }
        switch (words[0]) {
            case "plain-bind" -> open.bind(words[2]);
            case "plain-begin" -> open.begin(Isolation.valueOf(words[2]));
            case "plain-write" -> open.write();
            case "plain-commit" -> open.commit();
            case "plain-close" -> open.close();
            default -> throw new IllegalArgumentException("no such command: " + words[0]);
        }
        return "";
    }

    private static TransactionMode mode(String isolation) {
        return new TransactionMode(Isolation.valueOf(isolation), false);
    }
}
