package dev.rehome.export;

import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;

/** A file with what is nobody else's business: rows of tenants, passwords. */
public final class PrivateFile {
    private PrivateFile() {}

    /** What to create the file with, so that its owner alone reads it; nothing where the file system knows no such rights. */
    public static FileAttribute<?>[] attributes(Path file) {
        return file.getFileSystem().supportedFileAttributeViews().contains("posix")
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
                }
                : new FileAttribute<?>[0];
    }
}
