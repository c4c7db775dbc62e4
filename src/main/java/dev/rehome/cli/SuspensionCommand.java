package dev.rehome.cli;

import dev.rehome.cli.TenantViews.TenantView;
import dev.rehome.life.TenantLife;
import dev.rehome.life.TenantRecord;
import dev.rehome.tenant.TenantId;
import java.time.Duration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Suspends a tenant, or lets it be used again. */
abstract class SuspensionCommand extends OperatorCommand {
    @Parameters(paramLabel = "TENANT", description = "Its UUID.")
    private String tenant;

    @Mixin
    private Patience patience;

    @Command(
            name = "suspend",
            description = {
                "Refuses a tenant's new transactions (TenantSuspendedException) and waits until the running ones have ended.",
                "If they do not end in time, new ones are refused all the same: repeat it, or resume the tenant."
            })
    static final class Suspend extends SuspensionCommand {
        @Override
        TenantRecord change(TenantLife life, TenantId id, Duration wait) throws InterruptedException {
            return life.suspend(id, wait);
        }
    }

    @Command(
            name = "resume",
            description =
                    "Lets a suspended tenant be used again; also one that is to be deleted, until that has begun.")
    static final class Resume extends SuspensionCommand {
        @Override
        TenantRecord change(TenantLife life, TenantId id, Duration wait) throws InterruptedException {
            return life.resume(id, wait);
        }
    }

    abstract TenantRecord change(TenantLife life, TenantId id, Duration wait) throws InterruptedException;

    @Override
    public Integer call() throws InterruptedException {
        TenantId id = TenantId.parse(tenant);
        Duration wait = patience.duration();
        OperatorTools tools = tools();
        tools.bringUpDirectory();
        TenantRecord record = change(tools.life(), id, wait);
        print(TenantView.of(record), "Tenant " + id + " is " + record.state() + ".");
        return 0;
    }
}
