package dev.rehome.recovery;

import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import dev.rehome.tenant.TenantId;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The folder of nightly exports: one folder a night, called by its date, with a file for each tenant and a {@link Roster}. A file has its
 * name only when it is whole. What else lies in the folder is left alone.
 */
final class BackupFolder implements AutoCloseable {
    private static final String ROSTER = "directory.json";
    private static final String LOCK = ".lock";
    private static final String SUFFIX = ".zip";
    private static final String PARTIAL = ".partial";

    private final Path folder;

    /** Held while other processes are kept out; null if they are not. */
    private final @Nullable FileChannel lock;

    /** To be read only. */
    BackupFolder(Path folder) {
        this(folder, null);
    }

    private BackupFolder(Path folder, @Nullable FileChannel lock) {
        this.folder = folder.toAbsolutePath().normalize();
        this.lock = lock;
    }

    /**
     * To be written: other processes are kept from it until it is closed. Makes the folder if need be.
     *
     * @throws RehomeException (BUSY) if another process has it
     */
    @SuppressWarnings("MustBeClosedChecker") // it closes the channel
    static BackupFolder locked(Path folder) {
        try {
            Files.createDirectories(folder);
            FileChannel channel =
                    FileChannel.open(folder.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (!isFree(channel)) {
                channel.close();
                throw new RehomeException(
                        ErrorKind.BUSY, "Another process is at " + folder + ". Wait until it has ended.");
            }
            return new BackupFolder(folder, channel);
        } catch (IOException e) {
            throw new BackupFolder(folder).cannotBeUsed(e);
        }
    }

    /** If so, it is not any more. */
    private static boolean isFree(FileChannel channel) throws IOException {
        try {
            return channel.tryLock() != null;
        } catch (OverlappingFileLockException withinThisProcess) {
            return false;
        }
    }

    Path file(LocalDate night, TenantId tenant) {
        return folder.resolve(night.toString()).resolve(tenant + SUFFIX);
    }

    Path roster(LocalDate night) {
        return folder.resolve(night.toString()).resolve(ROSTER);
    }

    /** Makes a night's folder, without what a process that was killed has left half written there. */
    void open(LocalDate night) {
        try {
            Path nights = Files.createDirectories(folder.resolve(night.toString()));
            for (Path file : list(nights, "*" + PARTIAL)) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw cannotBeUsed(e);
        }
    }

    /** All whole files, by tenant and night. */
    Map<TenantId, NavigableMap<LocalDate, Path>> files() {
        Map<TenantId, NavigableMap<LocalDate, Path>> files = new LinkedHashMap<>();
        for (LocalDate night : nights()) {
            for (Path file : list(folder.resolve(night.toString()), "*" + SUFFIX)) {
                tenantOf(file)
                        .ifPresent(tenant -> files.computeIfAbsent(tenant, first -> new TreeMap<>())
                                .put(night, file));
            }
        }
        return files;
    }

    private static Optional<TenantId> tenantOf(Path file) {
        String name = file.getFileName().toString();
        try {
            return Optional.of(TenantId.parse(name.substring(0, name.length() - SUFFIX.length())));
        } catch (RehomeException somebodyElsesFile) {
            return Optional.empty();
        }
    }

    NavigableSet<LocalDate> nights() {
        NavigableSet<LocalDate> nights = new TreeSet<>();
        for (Path each : list(folder, "????-??-??")) {
            nightOf(each).ifPresent(nights::add);
        }
        return nights;
    }

    private static Optional<LocalDate> nightOf(Path folder) {
        try {
            return Optional.of(LocalDate.parse(folder.getFileName().toString()));
        } catch (DateTimeException somebodyElsesFolder) {
            return Optional.empty();
        }
    }

    /** The latest that there is; an empty one if there is none. */
    Roster latestRoster() {
        return nights().descendingSet().stream()
                .map(this::roster)
                .filter(Files::isRegularFile)
                .findFirst()
                .map(Roster::read)
                .orElse(Roster.EMPTY);
    }

    /** Returns whether it was there. */
    boolean remove(Path file) {
        try {
            return Files.deleteIfExists(file);
        } catch (IOException e) {
            throw cannotBeUsed(e);
        }
    }

    /** Removes the folders of nights of which no tenant's file is left. */
    void removeEmptyNights(LocalDate but) {
        for (LocalDate night : nights()) {
            Path nights = folder.resolve(night.toString());
            if (!night.equals(but) && list(nights, "*" + SUFFIX).isEmpty()) {
                remove(roster(night));
                if (list(nights, "*").isEmpty()) {
                    remove(nights);
                }
            }
        }
    }

    private List<Path> list(Path in, String glob) {
        if (!Files.isDirectory(in)) {
            return List.of();
        }
        try (DirectoryStream<Path> found = Files.newDirectoryStream(in, glob)) {
            List<Path> files = new ArrayList<>();
            found.forEach(files::add);
            files.sort(null);
            return files;
        } catch (IOException e) {
            throw cannotBeUsed(e);
        }
    }

    private RehomeException cannotBeUsed(IOException e) {
        return new RehomeException(
                ErrorKind.EXTERNAL,
                "The folder " + folder + " cannot be used: " + e + ". Mend that, and try again.",
                e);
    }

    @Override
    public void close() {
        try {
            if (lock != null) {
                lock.close();
            }
        } catch (IOException e) {
            throw cannotBeUsed(e);
        }
    }

    @Override
    public String toString() {
        return folder.toString();
    }
}
