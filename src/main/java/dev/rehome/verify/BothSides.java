package dev.rehome.verify;

import dev.rehome.jdbc.TenantTable;
import dev.rehome.placement.Home;
import dev.rehome.placement.Servers;
import dev.rehome.tenant.TenantId;
import dev.rehome.verify.Difference.Kind;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Puts the same question to both homes at the same time. Not thread-safe. */
record BothSides(Side source, Side target, ExecutorService thread) implements AutoCloseable {

    static BothSides open(Servers servers, String tenantColumn, TenantId tenant, Home source, Home target)
            throws SQLException {
        Side atSource = Side.open(servers, tenantColumn, tenant, source);
        try {
            Side atTarget = Side.open(servers, tenantColumn, tenant, target);
            return new BothSides(
                    atSource, atTarget, Executors.newSingleThreadExecutor(task -> new Thread(task, "rehome-verify")));
        } catch (SQLException | RuntimeException e) {
            atSource.close();
            throw e;
        }
    }

    interface Question<T> {
        T put(Side side) throws SQLException;
    }

    record Answers<T>(T source, T target) {
        boolean equal() {
            return source.equals(target);
        }
    }

    /** Returns, or throws, when neither side is busy any more. */
    <T> Answers<T> ask(Question<T> question) throws SQLException {
        CompletableFuture<T> atTarget = new CompletableFuture<>();
        thread.execute(() -> {
            try {
                atTarget.complete(question.put(target));
            } catch (SQLException | RuntimeException | Error e) {
                atTarget.completeExceptionally(e); // an error too: else whoever joins would wait for ever
            }
        });
        T atSource;
        try {
            atSource = question.put(source);
        } catch (SQLException | RuntimeException e) {
            atTarget.handle((answer, failure) -> {
                        if (failure != null) {
                            e.addSuppressed(failure);
                        }
                        return true;
                    })
                    .join();
            throw e;
        }
        try {
            return new Answers<>(atSource, atTarget.join());
        } catch (CompletionException e) {
            if (e.getCause() instanceof SQLException failure) {
                throw failure;
            }
            if (e.getCause() instanceof Error failure) {
                throw failure;
            }
            throw e;
        }
    }

    /** Those of the keys whose rows are not equal. */
    Map<List<String>, Kind> compare(TenantTable table, Collection<List<String>> keys) throws SQLException {
        return different(ask(side -> side.hashes(table, keys)));
    }

    /** As {@link #compare}, without rows that the source has written since, so that the next catch-up brings them. */
    Map<List<String>, Kind> compareAtRest(TenantTable table, Collection<List<String>> keys) throws SQLException {
        Map<List<String>, Kind> different = compare(table, keys);
        // Looked up after the rows were read: a change that came in between is recorded by then.
        different.keySet().removeAll(source.recorded(table, different.keySet()));
        return different;
    }

    /** The keys whose rows are not equal, of the answers' rows. */
    static Map<List<String>, Kind> different(Answers<Map<List<String>, Long>> hashes) {
        Set<List<String>> keys = new HashSet<>(hashes.source().keySet());
        keys.addAll(hashes.target().keySet());
        Map<List<String>, Kind> different = new HashMap<>();
        for (List<String> key : keys) {
            Long source = hashes.source().get(key);
            Long target = hashes.target().get(key);
            if (target == null) {
                different.put(key, Kind.MISSING);
            } else if (source == null) {
                different.put(key, Kind.EXTRA);
            } else if (!source.equals(target)) {
                different.put(key, Kind.DIFFERENT);
            }
        }
        return different;
    }

    @Override
    public void close() throws SQLException {
        thread.shutdown();
        try (source) {
            target.close();
        }
    }
}
