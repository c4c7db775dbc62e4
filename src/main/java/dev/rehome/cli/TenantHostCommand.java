package dev.rehome.cli;

import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import dev.rehome.placement.HostName;
import dev.rehome.placement.JdbcTenantHosts;
import dev.rehome.tenant.TenantId;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The commands about the names by which requests find tenants. */
@Command(
        name = "host",
        description = {
            "Says which tenant the requests for a host are for.",
            "A host is a whole name (www.acme.example), or one label (acme) that stands below a domain of yours, in a path"
                    + " or in a header."
        },
        mixinStandardHelpOptions = true,
        subcommands = {TenantHostCommand.Assign.class, TenantHostCommand.Release.class, TenantHostCommand.Find.class})
final class TenantHostCommand implements Runnable {
    @Spec
    private CommandSpec command;

    @Override
    public void run() {
        throw new ParameterException(command.commandLine(), "Say what is to be done about hosts.");
    }

    /** Changes which hosts a tenant has. */
    abstract static class Change extends OperatorCommand {
        @Parameters(index = "0", paramLabel = "TENANT", description = "Its UUID.")
        private String tenant;

        @Parameters(index = "1..*", arity = "1..*", paramLabel = "HOST", description = "Names or labels.")
        private List<String> hosts;

        /** @param hosts that the tenant has now */
        record HostsView(String tenant, List<String> hosts) {}

        abstract void change(JdbcTenantHosts known, TenantId id, List<HostName> names, String by);

        @Override
        public Integer call() {
            TenantId id = TenantId.parse(tenant);
            List<HostName> names = hosts.stream().map(TenantHostCommand::host).toList();
            OperatorTools tools = tools();
            tools.bringUpDirectory();
            JdbcTenantHosts known = tools.hosts();
            change(known, id, names, OperatorTools.operator());
            List<String> now = known.of(id).stream().map(HostName::value).toList();
            print(
                    new HostsView(id.toString(), now),
                    "Tenant " + id + (now.isEmpty() ? " has no host." : " has " + String.join(", ", now) + "."));
            return 0;
        }
    }

    @Command(
            name = "assign",
            description = {
                "Has requests for the hosts find the tenant: for all of them, or for none if one is another tenant's.",
                "An application that was asked for one before finds it within a minute, unless it remembers unknown names"
                        + " longer than usual."
            })
    static final class Assign extends Change {
        @Override
        void change(JdbcTenantHosts known, TenantId id, List<HostName> names, String by) {
            known.assign(id, names, by);
        }
    }

    @Command(
            name = "release",
            description = {
                "Has requests for the hosts find nobody.",
                "An application that knows one serves the tenant there for ten minutes more, unless it remembers names"
                        + " longer than usual; give it to another tenant after that."
            })
    static final class Release extends Change {
        @Override
        void change(JdbcTenantHosts known, TenantId id, List<HostName> names, String by) {
            known.release(id, names, by);
        }
    }

    @Command(name = "find", description = "Says whose a host is. Ends with 1 if it is nobody's.")
    static final class Find extends OperatorCommand {
        @Parameters(paramLabel = "HOST", description = "A name or label.")
        private String host;

        /** @param tenant whose it is */
        record FoundView(String host, @Nullable String tenant) {}

        @Override
        public Integer call() {
            HostName name = host(host);
            OperatorTools tools = tools();
            tools.bringUpDirectory();
            Optional<String> owner = tools.hosts().find(name.value()).map(TenantId::toString);
            print(
                    new FoundView(name.value(), owner.orElse(null)),
                    owner.map(id -> "Host " + name + " is tenant " + id + "'s.")
                            .orElse("Host " + name + " is nobody's."));
            return owner.isPresent() ? 0 : BAD_RESULT;
        }
    }

    private static HostName host(String text) {
        return HostName.parse(text)
                .orElseThrow(() -> new RehomeException(
                        ErrorKind.USER,
                        "'" + text + "' is no host name: labels of letters, digits and hyphens with dots between them,"
                                + " without port or path; other alphabets in their xn-- form."));
    }
}
