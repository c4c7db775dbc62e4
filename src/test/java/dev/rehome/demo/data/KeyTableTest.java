package dev.rehome.demo.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class KeyTableTest {
    @Test
    void keepsTheFirstNumberOfEveryKeyWhetherKeysAreRandomOrAlike() {
        SplittableRandom random = new SplittableRandom(1);
        KeyTable table = new KeyTable();
        Map<UUID, Long> expected = new HashMap<>();
        for (long number = 1; number <= 20_000; number++) {
            UUID key = number % 2 == 0
                    ? new UUID(number % 7, random.nextInt(5000))
                    : new UUID(random.nextLong(), random.nextLong());
            Long known = expected.putIfAbsent(key, number);
            assertEquals(known == null ? KeyTable.ABSENT : known, table.putIfAbsent(key, number));
        }
        expected.forEach((key, number) -> assertEquals(number, table.get(key)));
        assertEquals(KeyTable.ABSENT, table.get(new UUID(-1, -1)));
    }

    @Test
    void keysOfTextsTellWhereOneTextEnds() {
        assertEquals(KeyTable.keyOf(List.of("ab", "c")), KeyTable.keyOf(List.of("ab", "c")));
        assertNotEquals(KeyTable.keyOf(List.of("ab", "c")), KeyTable.keyOf(List.of("a", "bc")));
    }
}
