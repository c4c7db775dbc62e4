package dev.rehome.export;

/** Is told how an export, or the loading or checking of one, gets on. What it throws ends that. */
@FunctionalInterface
public interface ExportListener {
    ExportListener NONE = (table, bytesDone, bytesTotal) -> {};

    /**
     * @param table that is at hand
     * @param bytesDone of the parts, uncompressed
     * @param bytesTotal 0 if it is not known
     */
    void progress(String table, long bytesDone, long bytesTotal);
}
