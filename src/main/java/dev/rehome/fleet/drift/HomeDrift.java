package dev.rehome.fleet.drift;

import dev.rehome.placement.Home;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** How a home is compared with the reference. Immutable. */
public sealed interface HomeDrift {
    Home home();

    /** What is wrong, in a line; empty if the home is only at another level. */
    default Optional<String> finding() {
        if (this instanceof Drifted drifted) {
            return Optional.of(
                    home() + " has drifted: " + drifted.differences().get(0).problem() + " (of "
                            + drifted.differences().size() + ").");
        }
        return this instanceof NotSeen notSeen
                ? Optional.of(home() + " was not looked at: " + notSeen.problem())
                : Optional.empty();
    }

    /**
     * It is at the reference's level of the changelog, and not as that makes it.
     *
     * @param differences in the order in which their statements can be run; never empty
     */
    record Drifted(Home home, List<Difference> differences) implements HomeDrift {
        public Drifted {
            differences = List.copyOf(differences);
        }

        /** All statements, for the owner. */
        public String mend() {
            return differences.stream().map(Difference::mend).collect(Collectors.joining(";\n"));
        }
    }

    /**
     * Other changesets ran in it than in the reference, so it has to look otherwise. It is not compared.
     *
     * @param lacks changesets that ran in the reference only, or in another form
     * @param further changesets that ran in the home only
     */
    record AtAnotherLevel(Home home, List<String> lacks, List<String> further) implements HomeDrift {
        public AtAnotherLevel {
            lacks = List.copyOf(lacks);
            further = List.copyOf(further);
        }
    }

    /** It could not be looked at, with what to do about it. */
    record NotSeen(Home home, String problem) implements HomeDrift {}
}
