package dev.rehome.alert;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.Test;

class AlertsTest {
    private static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");

    private final List<String> told = new ArrayList<>();
    private final Alerts alerts = new Alerts(List.of(new AlertSink() {
        @Override
        public void fired(Alert alert) {
            told.add("fired " + alert.name() + " " + alert.subject());
        }

        @Override
        public void resolved(Alert alert) {
            told.add("resolved " + alert.name() + " " + alert.subject());
        }
    }));

    @Test
    void anAlertIsToldWhenItFiresAndWhenItIsOverAndNeverInBetween() {
        for (int second = 0; second < 5; second++) {
            look(second, symptom(Condition.MOVE_STOPPED, "move 1", "text " + second));
        }
        assertEquals(List.of("fired RehomeMoveStopped move 1"), told);
        Alert firing = alerts.firing().get(0);
        assertEquals(BEGIN, firing.since());
        assertEquals("text 4", firing.text(), "the newest");

        look(5);
        look(6);
        assertEquals(List.of("fired RehomeMoveStopped move 1", "resolved RehomeMoveStopped move 1"), told);
        assertEquals(List.of(), alerts.firing());
    }

    @Test
    void whatDoesNotLastIsToldToNobody() {
        long lasts = Condition.MOVE_UNATTENDED.lasts().toSeconds();
        look(0, symptom(Condition.MOVE_UNATTENDED, "move 1", ""));
        look(lasts - 1, symptom(Condition.MOVE_UNATTENDED, "move 1", ""));
        look(lasts);
        look(lasts + 1, symptom(Condition.MOVE_UNATTENDED, "move 1", ""));
        look(2 * lasts, symptom(Condition.MOVE_UNATTENDED, "move 1", ""));
        assertEquals(List.of(), told);
        look(2 * lasts + 1, symptom(Condition.MOVE_UNATTENDED, "move 1", ""));
        assertEquals(List.of("fired RehomeMoveUnattended move 1"), told);
    }

    @Test
    void whileTheDirectoryIsDownTheOthersStayAsTheyWere() {
        look(0, symptom(Condition.MOVE_STOPPED, "move 1", ""));
        Duration lasts = Condition.DIRECTORY_DOWN.lasts();
        for (Duration at : List.of(Duration.ofSeconds(1), lasts.plusSeconds(1))) {
            alerts.update(
                    BEGIN.plus(at),
                    EnumSet.of(Condition.DIRECTORY_DOWN),
                    List.of(symptom(Condition.DIRECTORY_DOWN, Condition.FLEET, "")));
        }
        assertEquals(2, alerts.firing().size());
        look(lasts.toSeconds() + 2, symptom(Condition.MOVE_STOPPED, "move 1", ""));
        assertEquals(
                List.of(
                        "fired RehomeMoveStopped move 1",
                        "fired RehomeDirectoryDown fleet",
                        "resolved RehomeDirectoryDown fleet"),
                told);
    }

    @Test
    void theMostPressingOnesAreFirst() {
        look(
                0,
                symptom(Condition.SCHEMA_DRIFT, "schema drift", ""),
                symptom(Condition.MOVE_STOPPED, "move 2", ""),
                symptom(Condition.MOVE_STOPPED, "move 1", ""));
        assertEquals(
                List.of("move 1", "move 2", "schema drift"),
                alerts.firing().stream().map(Alert::subject).toList());
    }

    private void look(long second, Symptom... symptoms) {
        alerts.update(BEGIN.plusSeconds(second), EnumSet.allOf(Condition.class), List.of(symptoms));
    }

    private static Symptom symptom(Condition condition, String subject, String text) {
        return new Symptom(condition, subject, text);
    }
}
