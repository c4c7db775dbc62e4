package dev.rehome.automation;

import dev.rehome.doctor.Ailment;
import dev.rehome.doctor.Diagnosis;
import dev.rehome.doctor.Doctor;
import dev.rehome.watch.FleetCheck;
import dev.rehome.watch.FleetChecks;
import java.time.Duration;
import java.util.Locale;
import java.util.stream.Collectors;

/** Proves of the whole fleet that tenants are kept apart, and that directory and homes agree. Mends nothing. */
final class Examine implements Duty {
    static final String NAME = "examine";
    private static final int PARALLEL = 4;
    private static final int NAMED = 5;

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Duration interval(NodeTools tools) {
        return tools.config().automation().checks();
    }

    @Override
    public String run(NodeTools tools, Watch watch) throws InterruptedException {
        Diagnosis diagnosis = new Doctor(tools.config(), tools.homes(), tools.directory(), tools.journal())
                .examine(PARALLEL, (done, total) -> {});
        new FleetChecks(tools.connections())
                .keep(
                        FleetCheck.Kind.DOCTOR,
                        PlanRound.WHO,
                        diagnosis.homes(),
                        diagnosis.ailments().size(),
                        diagnosis.ailments().stream().map(Ailment::sentence).toList());
        return String.format(
                        Locale.ROOT,
                        "%,d homes, %,d tenants: %,d findings",
                        diagnosis.homes(),
                        diagnosis.tenants(),
                        diagnosis.ailments().size())
                + diagnosis.ailments().stream().limit(NAMED).map(Examine::named).collect(Collectors.joining());
    }

    private static String named(Ailment ailment) {
        return "; " + ailment.kind() + " " + ailment.where() + ": " + ailment.check();
    }
}
