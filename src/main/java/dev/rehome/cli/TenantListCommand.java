package dev.rehome.cli;

import dev.rehome.cli.TenantViews.TenantView;
import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import dev.rehome.life.LifeJournal.Wanted;
import dev.rehome.life.LifeState;
import dev.rehome.life.TenantRecord;
import dev.rehome.placement.Tier;
import dev.rehome.tenant.TenantId;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Lists tenants. */
@Command(
        name = "list",
        description = "Lists tenants in the order of their ids; deleted ones only with --state deleted.")
final class TenantListCommand extends OperatorCommand {
    @Option(names = "--state", paramLabel = "STATE", description = "Only those that stand so, such as suspended.")
    private @Nullable String state;

    @Option(names = "--tier", paramLabel = "TIER", description = "Only those of the tier.")
    private @Nullable String tier;

    @Option(names = "--server", paramLabel = "NAME", description = "Only those on the server.")
    private @Nullable String server;

    @Option(names = "--after", paramLabel = "TENANT", description = "Only those behind this one: the next page.")
    private @Nullable String after;

    @Option(
            names = "--limit",
            paramLabel = "N",
            defaultValue = "100",
            description = "No more than so many. Default: ${DEFAULT-VALUE}.")
    private int limit;

    @Override
    public Integer call() {
        if (limit < 1) {
            throw new RehomeException(ErrorKind.USER, "--limit is at least 1. Correct it.");
        }
        Wanted wanted = new Wanted(
                Optional.ofNullable(state).map(TenantListCommand::parse),
                Optional.ofNullable(tier).map(Tier::parse),
                Optional.ofNullable(server));
        OperatorTools tools = tools();
        tools.bringUpDirectory();
        List<TenantRecord> page = tools.lives().page(wanted, after == null ? null : TenantId.parse(after), limit);
        print(page.stream().map(TenantView::of).toList(), TenantViews.table(page));
        if (page.size() == limit && !json()) {
            err().println("For more: --after " + page.get(limit - 1).tenant());
            err().flush();
        }
        return 0;
    }

    private static LifeState parse(String text) {
        return Stream.of(LifeState.values())
                .filter(state -> state.name().equalsIgnoreCase(text))
                .findFirst()
                .orElseThrow(() -> new RehomeException(
                        ErrorKind.USER,
                        "'" + text + "' is not a state: use one of "
                                + String.join(
                                        ", ",
                                        Stream.of(LifeState.values())
                                                .map(state -> state.name().toLowerCase(Locale.ROOT))
                                                .toList())
                                + "."));
    }
}
