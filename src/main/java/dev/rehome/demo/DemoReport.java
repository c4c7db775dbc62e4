package dev.rehome.demo;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the demo found out, in the form in which it is written as JSON. */
record DemoReport(long tenants, long customers, long orders, long orderItems, List<Leg> legs, Ledger.Audit ledger) {

    /**
     * One change of the storefront's home.
     *
     * @param kind {@code move} or {@code rollback}
     * @param rows that were copied; for a roll-back, that had flowed back
     * @param bytes of these rows; see {@code BackfillResult} for how they are counted
     * @param seconds from the beginning until the new home served; of a move that is rolled back, the soak counts for
     *     neither
     * @param differences found between both sides by all verifications of the leg
     */
    record Leg(
            String from,
            String to,
            String kind,
            long rows,
            long bytes,
            double seconds,
            PauseMillis pauseMillis,
            long transactions,
            long failedTransactions,
            long neighbourTransactions,
            long neighbourFailedTransactions,
            boolean verified,
            long differences) {
        boolean isGood() {
            return failedTransactions == 0 && neighbourFailedTransactions == 0 && verified && differences == 0;
        }
    }

    /** Of the transactions that were under way while the fence was up. */
    record PauseMillis(double p50, double max) {}

    boolean isGood() {
        return ledger.isGood() && legs.stream().allMatch(Leg::isGood);
    }

    /** Before the work of minutes is done, and not after it. */
    static void requireWritable(@Nullable Path file) {
        if (file == null) {
            return;
        }
        Path folder = file.toAbsolutePath().getParent();
        if (Files.isDirectory(file) || folder == null || !Files.isWritable(folder)) {
            throw new RehomeException(
                    ErrorKind.USER,
                    "The result cannot be written to " + file + ". Name a file in a folder that exists.");
        }
    }

    void write(Path file) throws IOException {
        Files.writeString(
                file,
                new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValueAsString(this)
                        + System.lineSeparator());
    }
}
