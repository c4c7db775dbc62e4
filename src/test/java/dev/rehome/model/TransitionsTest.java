package dev.rehome.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.rehome.model.Steps.Actor;
import java.util.BitSet;
import java.util.EnumSet;
import org.junit.jupiter.api.Test;

class TransitionsTest {
    /** 0 leads to 1 and 1 to 2; 3 is a circle of its own; only a crash leads from 4 to 2. */
    private static final Transitions FIVE_STATES = fiveStates();

    private static Transitions fiveStates() {
        Transitions transitions = new Transitions();
        transitions.add(1, Actor.APPLICATION);
        transitions.close();
        transitions.add(2, Actor.MOVER);
        transitions.add(3, Actor.MOVER);
        transitions.close();
        transitions.close();
        transitions.add(3, Actor.APPLICATION);
        transitions.close();
        transitions.add(2, Actor.CRASH);
        transitions.close();
        return transitions;
    }

    @Test
    void aGoalIsReachedFromItselfAndFromWhateverLeadsToIt() {
        assertEquals(states(0, 1, 2, 4), FIVE_STATES.reaching(states(2), EnumSet.allOf(Actor.class)));
    }

    @Test
    void stepsOfOthersDoNotCount() {
        assertEquals(states(0, 1, 2), FIVE_STATES.reaching(states(2), EnumSet.of(Actor.APPLICATION, Actor.MOVER)));
        assertEquals(states(2), FIVE_STATES.reaching(states(2), EnumSet.of(Actor.APPLICATION)));
    }

    private static BitSet states(int... numbers) {
        BitSet states = new BitSet();
        for (int number : numbers) {
            states.set(number);
        }
        return states;
    }
}
