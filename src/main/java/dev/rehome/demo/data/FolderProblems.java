package dev.rehome.demo.data;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What is wrong with a folder, collected up to a limit. Not thread-safe. */
final class FolderProblems {
    /** One damaged file can have a million problems; nobody reads more than these. */
    static final int LIMIT = 20;

    private final Path folder;
    private final List<String> problems = new ArrayList<>();

    FolderProblems(Path folder) {
        this.folder = folder;
    }

    /** @throws DataFolderException when there are more than {@value #LIMIT} */
    void add(String file, long line, String reason) {
        add(file + " line " + line + ": " + reason);
    }

    /** As {@link #add(String, long, String)}, for what has no line. */
    void add(String problem) {
        if (problems.size() == LIMIT) {
            problems.add("... and more");
            throw new DataFolderException(folder, problems, null);
        }
        problems.add(problem);
    }

    void throwIfAny() {
        if (!problems.isEmpty()) {
            throw new DataFolderException(folder, problems, null);
        }
    }
}
