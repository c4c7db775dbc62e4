package dev.rehome.config;

import dev.rehome.config.MigrationConfig.CutoverConfig;
import dev.rehome.config.MigrationConfig.ThrottleConfig;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Reads {@code migration_config}. */
final class MigrationSection {
    private static final Duration POSITIVE = Duration.ofMillis(1);

    private MigrationSection() {}

    static MigrationConfig read(YamlMap map) {
        int batchRows = map.require("batch_size", Values.intAtLeast(1)).orElse(1);
        boolean validationEnabled =
                map.require("validation_enabled", Values::truth).orElse(true);
        boolean rollbackEnabled = map.require("rollback_enabled", Values::truth).orElse(true);
        Duration dualWriteDuration = map.require("dual_write_duration", Values.durationAtLeast(Duration.ZERO))
                .orElse(Duration.ZERO);
        int workers = map.find("workers", Values.intAtLeast(1)).orElse(2);
        int maxConcurrentMoves =
                map.find("max_concurrent_moves", Values.intAtLeast(1)).orElse(4);
        Duration lease =
                map.find("lease", Values.durationAtLeast(Duration.ofSeconds(1))).orElse(Duration.ofSeconds(15));
        int fencedPassRows = map.find("fenced_pass_rows", Values.intAtLeast(0)).orElse(1000);
        Duration verifyInterval =
                map.find("verify_interval", Values.durationAtLeast(POSITIVE)).orElse(Duration.ofHours(1));
        @Nullable Path archive = map.find("archive", Values::path).orElse(null);
        return new MigrationConfig(
                batchRows,
                validationEnabled,
                rollbackEnabled,
                dualWriteDuration,
                workers,
                maxConcurrentMoves,
                lease,
                fencedPassRows,
                verifyInterval,
                archive,
                cutover(map.map("cutover")),
                throttle(map.map("throttle")));
    }

    private static CutoverConfig cutover(YamlMap map) {
        Duration maxPause =
                map.find("max_pause", Values.durationAtLeast(POSITIVE)).orElse(Duration.ofMillis(250));
        Duration lockTimeout =
                map.find("lock_timeout", Values.durationAtLeast(POSITIVE)).orElse(Duration.ofMillis(100));
        if (lockTimeout.compareTo(maxPause) > 0) {
            map.problem("lock_timeout", "must not be longer than max_pause, of which it is a part");
        }
        Duration deadline =
                map.find("deadline", Values.durationAtLeast(POSITIVE)).orElse(Duration.ofMinutes(10));
        if (maxPause.compareTo(deadline) > 0) {
            map.problem("deadline", "must not be shorter than max_pause, as that is one attempt");
        }
        @Nullable
        Duration cancelBlockersAfter = map.find("cancel_blockers_after", Values.durationAtLeast(POSITIVE))
                .orElse(null);
        if (cancelBlockersAfter != null && cancelBlockersAfter.compareTo(deadline) >= 0) {
            map.problem("cancel_blockers_after", "must be shorter than deadline, or it never comes to that");
        }
        Duration notice =
                map.find("notice", Values.durationAtLeast(Duration.ZERO)).orElse(Duration.ofMillis(1500));
        return new CutoverConfig(maxPause, lockTimeout, deadline, cancelBlockersAfter, notice);
    }

    private static ThrottleConfig throttle(YamlMap map) {
        return new ThrottleConfig(
                map.find("write_latency", Values.durationAtLeast(POSITIVE)).orElse(Duration.ofMillis(100)),
                map.find("replication_lag", Values.durationAtLeast(POSITIVE)).orElse(Duration.ofSeconds(10)),
                map.find("connections", Values.percent()).orElse(80));
    }
}
