package dev.rehome.demo.data;

import de.siegmar.fastcsv.reader.CloseableIterator;
import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import de.siegmar.fastcsv.reader.FieldMismatchStrategy;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPInputStream;

/** One of the seven files: {@code orders.csv.gz}, or {@code orders.csv}. */
record CsvFile(StorefrontTable table, Path path) {
    private static final String ENDING = ".csv";
    private static final String PACKED_ENDING = ".csv.gz";
    private static final int BUFFER_BYTES = 1 << 16;
    /** The longest row, quotes included. An unclosed quote swallows the rest of the file up to this. */
    private static final int MAXIMUM_ROW_CHARACTERS = 1 << 20;

    /** Takes the rows of a file. */
    @FunctionalInterface
    interface RowReader<E extends Exception> {
        /** @param line on which the row begins, the header being on line 1 */
        void read(long line, List<String> fields) throws E;
    }

    /** The file cannot be read, or not to its end. */
    static final class DamagedException extends Exception {
        private static final long serialVersionUID = 1L;

        private final String reason;

        DamagedException(String reason, Throwable cause) {
            super(reason, cause);
            this.reason = reason;
        }

        DamagedException(String reason) {
            super(reason);
            this.reason = reason;
        }

        String reason() {
            return reason;
        }
    }

    /** @throws DamagedException if the folder has no file for the table, or two */
    static CsvFile of(StorefrontTable table, Path folder) throws DamagedException {
        Path packed = folder.resolve(table.tableName() + PACKED_ENDING);
        Path plain = folder.resolve(table.tableName() + ENDING);
        if (Files.exists(packed) && Files.exists(plain)) {
            throw new DamagedException(
                    packed.getFileName() + " and " + plain.getFileName() + " are both there; keep one");
        }
        Path file = Files.exists(plain) ? plain : packed;
        if (!Files.isRegularFile(file)) {
            throw new DamagedException(packed.getFileName() + " is missing");
        }
        return new CsvFile(table, file);
    }

    String name() {
        return String.valueOf(path.getFileName());
    }

    /**
     * Reads the file from its begin to its end.
     *
     * @throws DamagedException if that is not possible; rows have been given to the reader until then
     * @throws E what the reader throws
     */
    <E extends Exception> void read(RowReader<E> rows) throws DamagedException, E {
        long line = 1;
        try (CsvReader<CsvRecord> csv = CsvReader.builder()
                        .extraFieldStrategy(FieldMismatchStrategy.IGNORE)
                        .missingFieldStrategy(FieldMismatchStrategy.IGNORE)
                        .maxBufferSize(MAXIMUM_ROW_CHARACTERS)
                        .ofCsvRecord(open());
                CloseableIterator<CsvRecord> records = csv.iterator()) {
            if (!records.hasNext()) {
                throw new DamagedException(name() + " is empty: it has no header");
            }
            List<String> header = records.next().getFields();
            if (!header.equals(table.columnNames())) {
                throw new DamagedException(
                        name() + " line 1: the header must be " + String.join(",", table.columnNames()));
            }
            while (records.hasNext()) {
                CsvRecord row = records.next();
                line = row.getStartingLineNumber();
                rows.read(line, row.getFields());
            }
        } catch (CsvParseException | IOException | UncheckedIOException e) {
            throw new DamagedException(name() + " is damaged behind line " + line + ": " + reason(e), e);
        }
    }

    private Reader open() throws IOException {
        InputStream file = Files.newInputStream(path);
        try {
            InputStream bytes = name().endsWith(PACKED_ENDING) ? new GZIPInputStream(file, BUFFER_BYTES) : file;
            // A decoder of its own, as the readers' default would replace what is not UTF-8 silently.
            return new InputStreamReader(
                    bytes,
                    StandardCharsets.UTF_8
                            .newDecoder()
                            .onMalformedInput(CodingErrorAction.REPORT)
                            .onUnmappableCharacter(CodingErrorAction.REPORT));
        } catch (IOException e) {
            file.close();
            throw e;
        }
    }

    private static String reason(Exception e) {
        Throwable innermost = e;
        for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
            innermost = cause;
        }
        return innermost instanceof CharacterCodingException ? "not UTF-8" : String.valueOf(innermost.getMessage());
    }
}
