package dev.rehome.cli;

import dev.rehome.cli.screen.LifeDisplay;
import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import dev.rehome.export.ExportFile;
import dev.rehome.export.ExportWriter.Written;
import dev.rehome.export.Manifest;
import dev.rehome.life.TenantLife.FileForm;
import dev.rehome.tenant.TenantId;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Writes a tenant into a file, or proves one. */
@Command(
        name = "export",
        description = {
            "Writes all rows of a tenant, as they are at one moment, into one file, while the tenant is used.",
            "With --verify, reads a file and says whether every byte is as it was written. That needs no database."
        },
        footer = {
            "",
            "Examples:",
            "  rehome tenant export 550e8400-e29b-41d4-a716-446655440000 --to shop.zip",
            "  rehome tenant export --verify shop.zip"
        })
final class TenantExportCommand extends OperatorCommand {
    @Parameters(paramLabel = "TENANT", arity = "0..1", description = "Its UUID.")
    private @Nullable String tenant;

    @Option(names = "--to", paramLabel = "FILE", description = "The file. Default: TENANT.zip here.")
    private @Nullable Path to;

    @Option(names = "--compress", description = "Small rather than quickly written.")
    private boolean compress;

    @Option(names = "--overwrite", description = "Replace a file of this name, once the new one is whole.")
    private boolean overwrite;

    @Option(names = "--verify", paramLabel = "FILE", description = "Prove this file, and write nothing.")
    private @Nullable Path verify;

    record TableView(String table, long rows, long bytes, String sha256) {}

    /** @param sha256 stands for the whole file */
    record FileView(
            String file,
            String tenant,
            String name,
            String exportedAt,
            String home,
            int changesets,
            long rows,
            long bytes,
            String sha256,
            List<TableView> tables) {
        static FileView of(Path file, Manifest manifest, String sha256) {
            return new FileView(
                    file.toString(),
                    manifest.tenant(),
                    manifest.name(),
                    manifest.exportedAt(),
                    manifest.home(),
                    manifest.changesets().size(),
                    manifest.rows(),
                    manifest.bytes(),
                    sha256,
                    manifest.tables().stream()
                            .map(part -> new TableView(part.table(), part.rows(), part.bytes(), part.sha256()))
                            .toList());
        }
    }

    @Override
    public Integer call() throws InterruptedException {
        if ((tenant == null) == (verify == null)) {
            throw new RehomeException(ErrorKind.USER, "Name a tenant to be exported, or a file with --verify.");
        }
        if (verify != null) {
            return prove(verify);
        }
        TenantId id = TenantId.parse(String.valueOf(tenant));
        Path file = to == null ? Path.of(id + ".zip") : to;
        OperatorTools tools = tools();
        tools.bringUpDirectory();
        Written written;
        try (LifeDisplay display = new LifeDisplay(err(), 0)) {
            written = tools.life().export(id, file, new FileForm(compress, overwrite), display);
        }
        print(
                FileView.of(file, written.manifest(), written.sha256()),
                text(file, written.manifest(), written.sha256()));
        return 0;
    }

    private int prove(Path file) throws InterruptedException {
        try (ExportFile opened = ExportFile.open(file);
                LifeDisplay display = new LifeDisplay(err(), opened.manifest().bytes())) {
            opened.verify((table, bytes, total) -> display.progress(0, 0, bytes));
            print(
                    FileView.of(file, opened.manifest(), opened.sha256()),
                    text(file, opened.manifest(), opened.sha256()) + "\nEvery byte is as it was written.");
        }
        return 0;
    }

    static String text(Path file, Manifest manifest, String sha256) {
        StringBuilder text = new StringBuilder("file     " + file + "\ntenant   " + manifest.tenant() + " '"
                + manifest.name() + "'\nof       " + manifest.exportedAt() + " in " + manifest.home() + ", "
                + manifest.changesets().size() + " changesets\n");
        manifest.tables()
                .forEach(part -> text.append(String.format(
                        Locale.ROOT, "  %-24s %,12d rows %,14d bytes%n", part.table(), part.rows(), part.bytes())));
        return text + String.format(Locale.ROOT, "%,d rows, SHA-256 %s", manifest.rows(), sha256);
    }
}
