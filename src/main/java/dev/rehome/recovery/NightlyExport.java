package dev.rehome.recovery;

import dev.rehome.config.Retention;
import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import dev.rehome.export.ExportFile;
import dev.rehome.export.ExportListener;
import dev.rehome.export.ExportWriter.Written;
import dev.rehome.jdbc.ConnectionSource;
import dev.rehome.life.BackupLog;
import dev.rehome.life.LifeJournal;
import dev.rehome.life.LifeJournal.Wanted;
import dev.rehome.life.LifeListener;
import dev.rehome.life.LifeState;
import dev.rehome.life.TenantLife;
import dev.rehome.life.TenantLife.FileForm;
import dev.rehome.life.TenantRecord;
import dev.rehome.tenant.TenantId;
import dev.rehome.time.Uninterrupted;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * Writes every tenant into a file of its own, while all are used, and removes the files that are not to be kept any longer. Run again in
 * the same night, it goes on with those that are missing. A tenant that fails keeps its earlier files and stops nobody else. Thread-safe:
 * a second one at the same folder is refused.
 */
public final class NightlyExport {
    private static final int PAGE = 1_000;

    private final ConnectionSource directory;
    private final LifeJournal journal;
    private final TenantLife life;
    private final BackupLog backups;

    public NightlyExport(ConnectionSource directory, TenantLife life) {
        this.directory = directory;
        this.journal = new LifeJournal(directory);
        this.life = life;
        this.backups = new BackupLog(directory);
    }

    /**
     * What is to be done.
     *
     * @param night whose folder is written
     * @param perServer tenants of one server that are written at the same time; each takes two connections
     * @param verify whether each file is read again from the disk
     */
    public record Order(
            Path folder, LocalDate night, Retention retention, int perServer, boolean compressed, boolean verify) {}

    /** @param reason with what to do next */
    public record Failure(TenantId tenant, String reason) {}

    /**
     * What was done.
     *
     * @param written now
     * @param already that had been written earlier in this night
     * @param withoutRows that are archived, about to be deleted, or arriving
     * @param rows that were written now
     * @param removed files that were not to be kept any longer
     * @param removedOfDeleted files of tenants that are deleted
     * @param remarks what somebody should look at, a line each
     */
    public record Report(
            Path folder,
            LocalDate night,
            int written,
            int already,
            int withoutRows,
            long rows,
            long bytes,
            int removed,
            int removedOfDeleted,
            List<Failure> failed,
            List<String> remarks) {
        public Report {
            failed = List.copyOf(failed);
            remarks = List.copyOf(remarks);
        }
    }

    /** Is told how far it has come. May be called by several threads. */
    @FunctionalInterface
    public interface Listener {
        void ended(int done, int total);
    }

    /**
     * Does it.
     *
     * @throws RehomeException (BUSY) if another process is at the folder; (EXTERNAL) if folder or directory cannot be used
     */
    public Report run(Order order, Listener listener) throws InterruptedException {
        try (BackupFolder folder = BackupFolder.locked(order.folder)) {
            folder.open(order.night);
            Roster.of(directory).write(folder.roster(order.night));
            Night night = new Night(order, folder, listener);
            night.write(tenants());
            night.writeAgain();
            night.clear();
            return night.report();
        }
    }

    private List<TenantRecord> tenants() {
        List<TenantRecord> tenants = new ArrayList<>();
        @Nullable TenantId last = null;
        List<TenantRecord> page;
        do {
            page = journal.page(Wanted.ALL, last, PAGE);
            tenants.addAll(page);
            last = page.isEmpty() ? last : page.get(page.size() - 1).tenant();
        } while (page.size() == PAGE);
        return tenants;
    }

    /** One night's work. Its counts are guarded by it. */
    private final class Night {
        private final Order order;
        private final BackupFolder folder;
        private final Listener listener;
        private final Map<TenantId, RehomeException> failures = new LinkedHashMap<>();
        private final List<String> remarks = new ArrayList<>();
        private @Nullable RuntimeException broken;
        private int total;
        private int written;
        private int already;
        private int withoutRows;
        private long rows;
        private long bytes;
        private int removed;
        private int removedOfDeleted;

        Night(Order order, BackupFolder folder, Listener listener) {
            this.order = order;
            this.folder = folder;
            this.listener = listener;
        }

        /** Each server's tenants one after the other, in as many lines as it bears. */
        void write(List<TenantRecord> tenants) throws InterruptedException {
            Map<String, Queue<TenantId>> queues = new LinkedHashMap<>();
            for (TenantRecord record : tenants) {
                if (record.placement().isEmpty() || record.state() == LifeState.DELETING) {
                    withoutRows++;
                    continue;
                }
                total++;
                queues.computeIfAbsent(
                                record.placement().get().home().database().server(),
                                server -> new ConcurrentLinkedQueue<>())
                        .add(record.tenant());
            }
            List<Thread> threads = new ArrayList<>();
            queues.forEach((server, queue) -> {
                for (int i = 0; i < Math.min(order.perServer, queue.size()); i++) {
                    threads.add(new Thread(() -> writeAll(queue), "rehome-nightly-" + server + "-" + i));
                }
            });
            threads.forEach(Thread::start);
            try {
                for (Thread thread : threads) {
                    thread.join();
                }
            } catch (InterruptedException e) {
                threads.forEach(Thread::interrupt);
                Uninterrupted.join(threads);
                throw e;
            }
            synchronized (this) {
                if (broken != null) {
                    throw broken;
                }
            }
        }

        private void writeAll(Queue<TenantId> queue) {
            try {
                for (TenantId tenant = queue.poll(); tenant != null; tenant = queue.poll()) {
                    writeOne(tenant);
                }
            } catch (InterruptedException e) {
                queue.clear();
            } catch (RuntimeException e) {
                queue.clear();
                synchronized (this) {
                    broken = e;
                }
            }
        }

        private void writeOne(TenantId tenant) throws InterruptedException {
            try {
                Path file = folder.file(order.night, tenant);
                boolean there = isWhole(file);
                long newRows = 0;
                if (!there) {
                    Written made = life.backUp(tenant, file, new FileForm(order.compressed, true), LifeListener.NONE);
                    newRows = made.manifest().rows();
                }
                if (order.verify) {
                    verify(tenant, file);
                }
                ended(tenant, there, newRows, there ? 0 : Files.size(file));
            } catch (IOException e) {
                failed(
                        tenant,
                        new RehomeException(
                                ErrorKind.EXTERNAL, "Its file cannot be read: " + e + ". Look at the disk.", e));
            } catch (RehomeException e) {
                failed(tenant, e);
            }
        }

        private void verify(TenantId tenant, Path file) throws InterruptedException {
            try (ExportFile opened = ExportFile.open(file)) {
                opened.verify(ExportListener.NONE);
            } catch (RehomeException e) {
                folder.remove(file);
                throw new RehomeException(
                        ErrorKind.EXTERNAL,
                        "The file was not as it had been written, and was removed. Look at the disk, and run this again.",
                        e);
            }
            backups.verified(tenant, file);
        }

        private synchronized void ended(TenantId tenant, boolean there, long newRows, long newBytes) {
            failures.remove(tenant);
            written += there ? 0 : 1;
            already += there ? 1 : 0;
            rows += newRows;
            bytes += newBytes;
            tell();
        }

        private synchronized void failed(TenantId tenant, RehomeException e) {
            failures.put(tenant, e);
            tell();
        }

        private void tell() {
            listener.ended(written + already + failures.size(), total);
        }

        /** Those that somebody else was just at: a cutover, an operation on them, a schema change. */
        void writeAgain() throws InterruptedException {
            for (Map.Entry<TenantId, RehomeException> failure :
                    Map.copyOf(failures).entrySet()) {
                ErrorKind kind = failure.getValue().kind();
                if (kind == ErrorKind.BUSY || kind == ErrorKind.STALE || kind == ErrorKind.USER) {
                    TenantRecord now = journal.get(failure.getKey());
                    if (now.placement().isEmpty()) {
                        failures.remove(failure.getKey());
                        withoutRows++;
                    } else {
                        writeOne(failure.getKey());
                    }
                }
            }
        }

        /** Removes what is not to be kept any longer. */
        void clear() {
            folder.files().forEach((tenant, files) -> {
                LifeState state = journal.find(tenant).map(TenantRecord::state).orElse(null);
                if (state == null) {
                    remarks.add("The directory has never heard of tenant " + tenant + ", which has " + files.size()
                            + " files in " + folder + ". They are left; remove them if they are not wanted.");
                } else if (state == LifeState.DELETED) {
                    files.values().forEach(file -> removeFile(tenant, file));
                    removedOfDeleted += files.size();
                } else {
                    clear(tenant, files);
                }
            });
            folder.removeEmptyNights(order.night);
        }

        private void clear(TenantId tenant, NavigableMap<LocalDate, Path> files) {
            Set<LocalDate> kept = order.retention.kept(files.keySet());
            List<LocalDate> others = files.keySet().stream()
                    .filter(night -> !kept.contains(night))
                    .toList();
            if (others.isEmpty()) {
                return;
            }
            if (files.descendingMap().entrySet().stream()
                    .filter(each -> kept.contains(each.getKey()))
                    .noneMatch(each -> isWhole(each.getValue()))) {
                remarks.add("None of the files of tenant " + tenant + " that are to be kept in " + folder
                        + " can be read. No older one was removed; look at the disk.");
                return;
            }
            others.forEach(night -> removeFile(tenant, files.get(night)));
            removed += others.size();
        }

        private void removeFile(TenantId tenant, @Nullable Path file) {
            if (file != null) {
                folder.remove(file);
                backups.removed(tenant, file);
            }
        }

        /** By its manifest and its length; its rows are not read. */
        private static boolean isWhole(Path file) {
            if (!Files.isRegularFile(file)) {
                return false;
            }
            try (ExportFile opened = ExportFile.open(file)) {
                return opened.manifest().rows() >= 0;
            } catch (RehomeException e) {
                return false;
            }
        }

        synchronized Report report() {
            return new Report(
                    order.folder,
                    order.night,
                    written,
                    already,
                    withoutRows,
                    rows,
                    bytes,
                    removed,
                    removedOfDeleted,
                    failures.entrySet().stream()
                            .map(each -> new Failure(
                                    each.getKey(),
                                    String.valueOf(each.getValue().getMessage())))
                            .toList(),
                    remarks);
        }
    }
}
