package dev.rehome.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Where the tests' servers keep their data: in memory where there is room for it, as each database is some three hundred files, which take
 * a disk's file system ten times as long.
 */
final class DataFolders {
    private static final Path MEMORY = Path.of("/dev/shm");
    /** A run of all tests needs about one; another one may go on beside it. */
    private static final long ENOUGH_BYTES = 4L << 30;

    private static final String PREFIX = "rehome-test-";

    private DataFolders() {}

    /** A new folder, for the caller to remove. */
    static synchronized Path create() throws IOException {
        if (!Files.isWritable(MEMORY) || Files.getFileStore(MEMORY).getUsableSpace() < ENOUGH_BYTES) {
            return Files.createTempDirectory("rehome-postgres");
        }
        removeAbandoned();
        return Files.createTempDirectory(
                MEMORY, PREFIX + ProcessHandle.current().pid() + "-");
    }

    /** What killed processes have left: memory is not emptied like a folder for temporary files. */
    private static void removeAbandoned() throws IOException {
        List<Path> folders;
        try (Stream<Path> all = Files.list(MEMORY)) {
            folders = all.filter(each -> each.getFileName().toString().startsWith(PREFIX))
                    .filter(Files::isWritable)
                    .filter(each -> ProcessHandle.of(owner(each)).isEmpty())
                    .toList();
        }
        for (Path folder : folders) {
            // A server that outlived its process ends by itself when it misses this file.
            if (!Files.deleteIfExists(folder.resolve("postmaster.pid"))) {
                FileTree.delete(folder);
            }
        }
    }

    private static long owner(Path folder) {
        return Long.parseLong(
                folder.getFileName().toString().substring(PREFIX.length()).replaceFirst("-.*", ""));
    }
}
