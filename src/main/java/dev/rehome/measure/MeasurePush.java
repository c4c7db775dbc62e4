package dev.rehome.measure;

import dev.rehome.error.RehomeException;
import dev.rehome.jdbc.ConnectionSource;
import dev.rehome.tenant.TenantId;
import dev.rehome.time.DaemonThreads;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes what this process has measured to the directory, now and then, on a thread of its own. It writes the sums of the running hour
 * in place of those that it wrote before, so that writing them twice does no harm; what could not be written is in the next ones. A
 * directory that does not answer costs no request anything. Needs the rights of the run-time role. Thread-safe.
 */
public final class MeasurePush implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(MeasurePush.class);
    /** In one transaction. */
    private static final int BATCH = 500;

    private static final int LONGEST_PROCESS = 150;
    private static final long CLOSE_SECONDS = 5;
    private static final String NODE = """
            insert into rehome_directory.statistics_node (node, interval_millis, ended_at, started_at)
            values (?, ?, case when ? then now() end, now() - ? * interval '1 microsecond')
            on conflict (node) do update
                set pushed_at = now(), interval_millis = excluded.interval_millis, ended_at = excluded.ended_at
            returning extract(epoch from date_trunc('hour', now(), 'UTC'))::bigint""";
    /** A tenant that is deleted meanwhile gets no row any more. */
    private static final String LOAD = """
            insert into rehome_directory.tenant_load (tenant_id, node, hour,
                   transactions, writing_transactions, written_rows, queries, query_micros, first_bucket, buckets)
            select tenant_id, ?, to_timestamp(?), ?, ?, ?, ?, ?, ?, ? from rehome_directory.tenant where tenant_id = ?
            on conflict (tenant_id, hour, node) do update
                set transactions = excluded.transactions, writing_transactions = excluded.writing_transactions,
                    written_rows = excluded.written_rows, queries = excluded.queries, query_micros = excluded.query_micros,
                    first_bucket = excluded.first_bucket, buckets = excluded.buckets""";

    private final ConnectionSource directory;
    private final Measures measures;
    private final NodeNews news;
    private final String node;
    private final Duration interval;
    private final ScheduledExecutorService thread;
    private final AtomicLong pushes = new AtomicLong();
    private final AtomicLong failures = new AtomicLong();
    private final long begunNanos = System.nanoTime();
    private volatile long lastNanos = begunNanos;
    private volatile boolean failing;
    /** What has been pushed of each tenant. Guarded by this, like the hour that it is about, in seconds since 1970. */
    private final Map<TenantId, Pushed> pushed = new HashMap<>();

    private long hour;

    /**
     * Both are states of a meter.
     *
     * @param atBegin of the hour
     * @param latest the last one that the directory has
     */
    private record Pushed(Load atBegin, Load latest) {
        private static final Pushed NOTHING = new Pushed(Load.NONE, Load.NONE);
    }

    /**
     * It does not begin by itself.
     *
     * @param news told with every push
     * @param interval at least a second
     */
    public MeasurePush(ConnectionSource directory, Measures measures, NodeNews news, Duration interval) {
        this(directory, measures, news, node(), interval);
    }

    /** @param node what tells this process from all others that there have been */
    MeasurePush(ConnectionSource directory, Measures measures, NodeNews news, String node, Duration interval) {
        this.directory = directory;
        this.measures = measures;
        this.news = news;
        this.node = node;
        this.interval = interval;
        this.thread = Executors.newSingleThreadScheduledExecutor(DaemonThreads.named("rehome-statistics"));
    }

    private static String node() {
        String host;
        try {
            host = InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            host = "an unnamed host";
        }
        String process = "process " + ProcessHandle.current().pid() + " on " + host;
        return process.substring(0, Math.min(process.length(), LONGEST_PROCESS)) + ", " + UUID.randomUUID();
    }

    /** Begins to push. */
    public MeasurePush start() {
        long millis = interval.toMillis();
        var unused = thread.scheduleWithFixedDelay(() -> pushQuietly(false), millis, millis, TimeUnit.MILLISECONDS);
        return this;
    }

    public PushFigures figures() {
        return new PushFigures(
                pushes.get(),
                failures.get(),
                Duration.ofNanos(System.nanoTime() - lastNanos),
                measures.tenants(),
                measures.unmeasuredTransactions());
    }

    /** Pushes what there is, and stops. Waits {@value #CLOSE_SECONDS} s for that at most. */
    @Override
    public void close() {
        thread.execute(() -> pushQuietly(true));
        thread.shutdown();
        try {
            if (!thread.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                thread.shutdownNow();
            }
        } catch (InterruptedException e) {
            thread.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }

    private void pushQuietly(boolean last) {
        try {
            push(last);
            pushes.incrementAndGet();
            lastNanos = System.nanoTime();
            if (failing) {
                LOG.info("node={} note=statistics are taken to the directory again", node);
            }
            failing = false;
        } catch (RuntimeException e) {
            // Whatever it is: the next one tries again, and one that throws would be the last.
            failures.incrementAndGet();
            if (!failing) {
                LOG.warn(
                        "node={} note=statistics cannot be taken to the directory; tried again every {} s",
                        node,
                        interval.toSeconds(),
                        e);
            }
            failing = true;
        }
    }

    /** @throws RehomeException (EXTERNAL) if the directory fails; what it has taken by then it keeps */
    synchronized void push(boolean last) {
        pushAt(directory.transact(connection -> sayAlive(connection, last)));
    }

    /** @param now the hour that the directory is in */
    synchronized void pushAt(long now) {
        if (now != hour) {
            beginHour();
            hour = now;
        }
        Map<TenantId, Pushed> batch = new HashMap<>();
        for (Map.Entry<TenantId, TenantMeter> entry : measures.meters().entrySet()) {
            Pushed known = pushed.getOrDefault(entry.getKey(), Pushed.NOTHING);
            Load current = entry.getValue().read();
            if (!current.equals(known.latest)) {
                batch.put(entry.getKey(), new Pushed(known.atBegin, current));
            }
            if (batch.size() == BATCH) {
                write(batch);
                batch.clear();
            }
        }
        write(batch);
    }

    /** The hour's sums begin where the last push ended; what was not pushed until now belongs to the new hour. */
    private void beginHour() {
        pushed.entrySet().removeIf(entry -> {
            Pushed known = entry.getValue();
            boolean idle = known.atBegin.equals(known.latest)
                    && measures.of(entry.getKey()).read().equals(known.latest);
            if (idle) {
                measures.forget(entry.getKey());
            }
            return idle;
        });
        pushed.replaceAll((tenant, known) -> new Pushed(known.latest, known.latest));
    }

    private long sayAlive(Connection connection, boolean last) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(NODE)) {
            statement.setString(1, node);
            statement.setLong(2, interval.toMillis());
            statement.setBoolean(3, last);
            // When it began to measure, and not when it first says so: what it did until then counts by the second too.
            statement.setLong(4, TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - begunNanos));
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                news.write(connection, node);
                return row.getLong(1);
            }
        }
    }

    private void write(Map<TenantId, Pushed> batch) {
        if (batch.isEmpty()) {
            return;
        }
        directory.transact(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(LOAD)) {
                for (Map.Entry<TenantId, Pushed> entry : batch.entrySet()) {
                    Pushed sums = entry.getValue();
                    statement.setString(1, node);
                    statement.setDouble(2, (double) hour);
                    LoadRow.bind(statement, 3, sums.latest.minus(sums.atBegin));
                    statement.setObject(10, entry.getKey().value());
                    statement.addBatch();
                }
                return statement.executeBatch();
            }
        });
        pushed.putAll(batch);
    }
}
