package dev.rehome.cli;

import dev.rehome.cli.screen.CountDisplay;
import dev.rehome.doctor.Ailment;
import dev.rehome.doctor.Diagnosis;
import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import dev.rehome.watch.FleetCheck;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Looks whether the whole fleet is well. */
@Command(
        name = "doctor",
        description = {
            "Looks at every server, database and home of the fleet: whether isolation binds there (the proof that an application"
                    + " makes before it serves), and whether the directory and the homes agree. Mends nothing, and says for"
                    + " each finding what does.",
            "Exit status 0 if all is well, else that of the most pressing kind of finding."
        })
final class DoctorCommand extends OperatorCommand {
    private static final int MOST_PARALLEL = 64;

    @Option(
            names = "--parallel",
            paramLabel = "N",
            defaultValue = "8",
            description = "So many databases at a time. Default: ${DEFAULT-VALUE}.")
    private int parallel;

    /** @param kind the most pressing one; absent if all is well */
    record DiagnosisView(
            boolean well,
            @Nullable String kind,
            List<Diagnosis.ServerState> servers,
            int databases,
            int homes,
            long tenants,
            List<Ailment> findings) {
        static DiagnosisView of(Diagnosis diagnosis) {
            return new DiagnosisView(
                    diagnosis.ailments().isEmpty(),
                    diagnosis.kind().map(ErrorKind::name).orElse(null),
                    diagnosis.servers(),
                    diagnosis.databases(),
                    diagnosis.homes(),
                    diagnosis.tenants(),
                    diagnosis.ailments());
        }
    }

    @Override
    public Integer call() throws InterruptedException {
        if (parallel < 1 || parallel > MOST_PARALLEL) {
            throw new RehomeException(ErrorKind.USER, "--parallel is from 1 to " + MOST_PARALLEL + ". Correct it.");
        }
        OperatorTools tools = tools();
        Diagnosis diagnosis;
        try (CountDisplay display = new CountDisplay(err(), "databases")) {
            diagnosis = tools.doctor().examine(parallel, display::show);
        }
        tools.checks()
                .keep(
                        FleetCheck.Kind.DOCTOR,
                        OperatorTools.operator(),
                        diagnosis.homes(),
                        diagnosis.ailments().size(),
                        diagnosis.ailments().stream().map(Ailment::sentence).toList());
        print(DiagnosisView.of(diagnosis), text(diagnosis));
        return diagnosis.kind().map(ErrorKind::exitStatus).orElse(0);
    }

    private static String text(Diagnosis diagnosis) {
        StringBuilder text = new StringBuilder();
        for (Diagnosis.ServerState server : diagnosis.servers()) {
            text.append(String.format(
                    Locale.ROOT,
                    "server %-12s %s, %s%n",
                    server.name(),
                    server.address(),
                    server.version() == null
                            ? "no answer"
                            : "PostgreSQL " + server.version() + ", "
                                    + Objects.requireNonNullElse(server.pooler(), "pooler not known")));
        }
        for (Ailment ailment : diagnosis.ailments()) {
            text.append(ailment.kind())
                    .append(' ')
                    .append(ailment.where())
                    .append(": ")
                    .append(ailment.problem())
                    .append(". Mend it: ")
                    .append(ailment.mend())
                    .append('\n');
        }
        text.append(String.format(
                Locale.ROOT,
                "%,d servers, %,d databases, %,d homes, %,d tenants: ",
                diagnosis.servers().size(),
                diagnosis.databases(),
                diagnosis.homes(),
                diagnosis.tenants()));
        int findings = diagnosis.ailments().size();
        return text.append(findings == 0 ? "all is well." : findings + (findings == 1 ? " finding." : " findings."))
                .toString();
    }
}
