package dev.rehome.demo.data;

import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A folder of storefront data is not what it should be. Nothing of it has been loaded. */
public final class DataFolderException extends RehomeException {
    private static final long serialVersionUID = 1L;

    /** @param problems each with its file, line and reason */
    DataFolderException(Path folder, List<String> problems, @Nullable Throwable cause) {
        super(
                ErrorKind.USER,
                "The data in " + folder + " is refused:\n  " + String.join("\n  ", problems)
                        + "\nNothing was loaded. Correct the files and start again.",
                cause);
    }
}
