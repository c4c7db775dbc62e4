package dev.rehome.cli;

import dev.rehome.cli.TenantViews.EntryView;
import dev.rehome.cli.TenantViews.TenantView;
import dev.rehome.life.LifeEntry;
import dev.rehome.life.TenantRecord;
import dev.rehome.move.Move;
import dev.rehome.tenant.TenantId;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Says how a tenant stands. */
@Command(name = "show", description = "Says how a tenant stands and what was done with it. 'verify' looks at its rows.")
final class TenantShowCommand extends OperatorCommand {
    @Parameters(paramLabel = "TENANT", description = "Its UUID.")
    private String tenant;

    /** @param move that it is in */
    record ShownView(
            TenantView tenant, List<String> hosts, @Nullable String move, List<EntryView> journal) {}

    @Override
    public Integer call() {
        TenantId id = TenantId.parse(tenant);
        OperatorTools tools = tools();
        tools.bringUpDirectory();
        TenantRecord record = tools.lives().get(id);
        List<LifeEntry> entries = tools.lives().entries(id);
        List<String> hosts = tools.hosts().of(id).stream().map(Object::toString).toList();
        Optional<Move> move = tools.journal().active(id);
        String text = TenantViews.text(record)
                + (hosts.isEmpty() ? "" : "\nhosts    " + String.join(", ", hosts))
                + move.map(each -> "\nmove     " + each.id() + " to " + each.target() + ", in " + each.phase())
                        .orElse("")
                + (entries.isEmpty() ? "" : "\njournal\n" + TenantViews.text(entries));
        print(
                new ShownView(
                        TenantView.of(record),
                        hosts,
                        move.map(each -> each.id().toString()).orElse(null),
                        entries.stream().map(EntryView::of).toList()),
                text);
        return 0;
    }
}
