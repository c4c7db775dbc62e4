package dev.rehome.demo;

import dev.rehome.cli.screen.QuietLogging;
import dev.rehome.config.StrategyConfig;
import dev.rehome.config.StrategyFile;
import dev.rehome.demo.data.DataFolder;
import dev.rehome.demo.data.GeneratedData;
import dev.rehome.demo.data.StorefrontData;
import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import dev.rehome.placement.Tier;
import dev.rehome.tenant.TenantId;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The demo's options. */
@Command(
        name = "demo",
        description = {
            "Starts a PostgreSQL of its own, loads storefronts, and moves the largest one from tier to tier while"
                    + " customers shop in it and in its neighbours. Then looks for every order that a customer was told"
                    + " is stored.",
            "Of the strategy file, the URLs are replaced by the demo's own server.",
            "Exit status 0: nothing failed, was lost, duplicated or misplaced, and everything was verified."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false)
public final class DemoCommand implements Callable<Integer> {
    @Option(
            names = "--data",
            paramLabel = "DIR",
            description =
                    "Storefronts to load: a folder of seven CSV files, plain or gzipped. Default: generated ones.")
    private @Nullable Path data;

    @Option(names = "--tenant", paramLabel = "UUID", description = "The storefront to move. Default: the largest.")
    private @Nullable String tenant;

    @Option(
            names = "--route",
            paramLabel = "TIER,...",
            defaultValue = "shared,schema,database,shared",
            description = "The tiers to go through, beginning where the storefront is. Default: ${DEFAULT-VALUE}. It is"
                    + " followed by a move to a database (or to a schema, from there) that is rolled back.")
    private String route;

    @Option(
            names = "--writers",
            paramLabel = "N",
            defaultValue = "4",
            description = "Customers shopping at the same time in the moved storefront, and as many in all others"
                    + " together. Default: ${DEFAULT-VALUE}.")
    private int writers;

    @Option(
            names = "--soak",
            paramLabel = "SECONDS",
            defaultValue = "3",
            description = "How long the old home is kept current after each cutover. Default: ${DEFAULT-VALUE}.")
    private int soakSeconds;

    @Option(
            names = "--orders",
            paramLabel = "N",
            defaultValue = "20000",
            description = "Orders of the largest generated storefront. Default: ${DEFAULT-VALUE}.")
    private int orders;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "Makes the generated storefronts and the customers' choices. Default: ${DEFAULT-VALUE}.")
    private long seed;

    @Spec
    private CommandSpec command;

    @Option(
            names = "--stay",
            paramLabel = "FILE",
            description =
                    "Move nothing, but keep the fleet open, with customers shopping, until Enter is pressed: to try the other"
                            + " commands on it. Its strategy file, with the usual thresholds and soaks of ten minutes, is written to FILE:"
                            + " change it there.")
    private @Nullable Path stay;

    @Option(names = "--json", paramLabel = "FILE", description = "Where to write the result.")
    private @Nullable Path json;

    @Override
    public Integer call() throws IOException, InterruptedException {
        QuietLogging.begin();
        if (writers < 1 || soakSeconds < 0 || orders < 0) {
            throw new RehomeException(
                    ErrorKind.USER, "--writers is at least 1, --soak and --orders at least 0. Correct them.");
        }
        List<Tier> tiers = Arrays.stream(route.split(",", -1)).map(Tier::parse).toList();
        TenantId chosen = tenant == null ? null : TenantId.parse(tenant);
        StrategyConfig strategy = StrategyFile.read(config());
        DemoReport.requireWritable(json);
        StorefrontData storefronts =
                data == null ? new GeneratedData(seed, GeneratedData.DEFAULT_STOREFRONTS, orders) : open(data);
        Demo demo = new Demo(
                storefronts, strategy, chosen, tiers, writers, Duration.ofSeconds(soakSeconds), seed, System.out);
        DemoReport report = stay == null ? demo.run() : demo.stay(stay, DemoCommand::awaitEnter);
        if (json != null) {
            report.write(json);
        }
        return report.isGood() ? 0 : 1;
    }

    private static void awaitEnter() {
        try {
            int read = System.in.read();
            while (read != '\n' && read >= 0) {
                read = System.in.read();
            }
        } catch (IOException e) {
            throw new RehomeException(
                    ErrorKind.EXTERNAL, "The terminal cannot be read: " + e.getMessage() + ". The demo ends.", e);
        }
    }

    /** The option of the whole command line; the demo replaces the URLs in it by those of its own server. */
    private Path config() {
        return command.findOption("--config").getValue();
    }

    private static StorefrontData open(Path folder) {
        System.out.println("Checking " + folder + " ...");
        return DataFolder.open(folder);
    }
}
