package dev.rehome.cli;

import dev.rehome.alert.Condition;
import dev.rehome.alert.Symptom;
import dev.rehome.watch.MoveConcerns;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;

/** Says what somebody should look at. */
@Command(
        name = "alerts",
        description = {
            "Says what somebody should look at, as the directory has it now. Tells nobody else.",
            "Exit status 0 if there is nothing, 1 if there is something."
        })
final class AlertsCommand extends OperatorCommand {
    /** @param subject a move, a tenant, a check, or fleet */
    record SymptomView(String alert, String severity, String subject, String text) {
        static SymptomView of(Symptom symptom) {
            return new SymptomView(
                    symptom.condition().alert(),
                    symptom.condition().severity().name(),
                    symptom.subject(),
                    symptom.text());
        }
    }

    @Override
    public Integer call() {
        OperatorTools tools = tools();
        tools.bringUpDirectory();
        List<Symptom> symptoms = Condition.allIn(
                tools.watch().look(),
                MoveConcerns.of(tools.strategy()),
                tools.strategy().alerts());
        print(
                symptoms.stream().map(SymptomView::of).toList(),
                symptoms.isEmpty()
                        ? "All is well."
                        : symptoms.stream()
                                .map(symptom -> symptom.condition().severity() + " "
                                        + symptom.condition().alert() + ", " + symptom.subject() + ": "
                                        + symptom.text())
                                .collect(Collectors.joining("\n")));
        return symptoms.isEmpty() ? 0 : BAD_RESULT;
    }
}
