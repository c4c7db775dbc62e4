package dev.rehome.automation;

import dev.rehome.config.StrategyConfig;
import dev.rehome.config.StrategyFile;
import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;

/**
 * The strategy file, as it is in force: a changed one is read whole, and taken whole or not at all. What is wrong with one that is not
 * taken is kept until it is mended. Not thread-safe.
 */
final class StrategyWatch {
    private static final long MOST_BYTES = 10_000_000;

    private final Path file;
    private final Clock clock;
    private StrategyConfig inForce;
    private String seen;
    private Standing standing;

    /**
     * What is in force, and what is not.
     *
     * @param digest SHA-256 of the file that is in force
     * @param since it is in force
     * @param problem why the file, as it is now, is not
     */
    record Standing(String digest, Instant since, Optional<String> problem, Optional<Instant> problemSince) {}

    /** @throws RehomeException (CONFIGURATION) if the file cannot be used */
    StrategyWatch(Path file, Clock clock) {
        this.file = file;
        this.clock = clock;
        String text = text();
        this.inForce = parse(text);
        this.seen = digest(text);
        this.standing = new Standing(seen, clock.instant(), Optional.empty(), Optional.empty());
    }

    StrategyConfig inForce() {
        return inForce;
    }

    Standing standing() {
        return standing;
    }

    /** Whether anything has changed: another file is in force, or another problem is known. */
    boolean look() {
        String text;
        StrategyConfig read;
        try {
            text = text();
            if (digest(text).equals(seen)) {
                return cleared();
            }
            read = parse(text);
            requireSameDirectory(read);
        } catch (RehomeException e) {
            return refused(e.getMessage());
        }
        inForce = read;
        seen = digest(text);
        standing = new Standing(seen, clock.instant(), Optional.empty(), Optional.empty());
        return true;
    }

    /** The file is again as it is in force. */
    private boolean cleared() {
        if (standing.problem().isEmpty()) {
            return false;
        }
        standing = new Standing(standing.digest(), standing.since(), Optional.empty(), Optional.empty());
        return true;
    }

    private boolean refused(String problem) {
        if (standing.problem().equals(Optional.of(problem))) {
            return false;
        }
        standing =
                new Standing(standing.digest(), standing.since(), Optional.of(problem), Optional.of(clock.instant()));
        return true;
    }

    /** Whoever holds duties here must not begin to hold them elsewhere. */
    private void requireSameDirectory(StrategyConfig read) {
        if (!read.databases().directoryDatabase().equals(inForce.databases().directoryDatabase())
                || !read.databases().sharedUrl().equals(inForce.databases().sharedUrl())) {
            throw new RehomeException(
                    ErrorKind.CONFIGURATION,
                    file + " names another directory (shared_database_url, control_database). Stop the process and"
                            + " start it again for that.");
        }
    }

    private StrategyConfig parse(String text) {
        return StrategyFile.parse(file.toString(), text, System.getenv()::get);
    }

    private String text() {
        try {
            if (Files.size(file) > MOST_BYTES) {
                throw new RehomeException(
                        ErrorKind.CONFIGURATION,
                        file + " is larger than " + MOST_BYTES + " bytes. Put the strategy file there.");
            }
            return Files.readString(file);
        } catch (IOException e) {
            throw new RehomeException(
                    ErrorKind.CONFIGURATION, file + " cannot be read: " + e + ". Put the strategy file there.", e);
        }
    }

    private static String digest(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256.", e);
        }
    }
}
