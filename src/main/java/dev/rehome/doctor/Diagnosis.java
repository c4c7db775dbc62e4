package dev.rehome.doctor;

import dev.rehome.error.ErrorKind;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a look at the fleet has found. Immutable.
 *
 * @param databases that were looked at
 * @param homes that were looked at
 * @param tenants in the directory
 * @param ailments by place
 */
public record Diagnosis(List<ServerState> servers, int databases, int homes, long tenants, List<Ailment> ailments) {

    /**
     * A server.
     *
     * @param version null if it does not answer
     * @param pooler what stands before it, null if it could not be found out
     */
    public record ServerState(
            String name,
            String address,
            @Nullable String version,
            @Nullable String pooler) {}

    public Diagnosis {
        servers = List.copyOf(servers);
        ailments = ailments.stream()
                .sorted(Comparator.comparing(Ailment::where).thenComparing(Ailment::check))
                .toList();
    }

    /** The most pressing kind: the one with the highest exit status. Empty if all is well. */
    public Optional<ErrorKind> kind() {
        return ailments.stream().map(Ailment::kind).max(Comparator.comparingInt(ErrorKind::exitStatus));
    }
}
