package dev.rehome.tenant;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.slf4j.MDC;
import org.slf4j.helpers.BasicMDCAdapter;
import org.slf4j.spi.MDCAdapter;

class LogContextTest {
    private static final TenantId ANN = TenantId.of(UUID.fromString("00000000-0000-4000-8000-00000000000a"));
    private static final TenantId BOB = TenantId.of(UUID.fromString("00000000-0000-4000-8000-00000000000b"));

    @Test
    void whatStoodThereBeforeComesBack() {
        BackEnd backEnd = new BackEnd();
        LogContext log = new LogContext(backEnd);
        backEnd.put(LogContext.KEY, "of the application");

        String before = log.put(ANN);
        assertEquals(ANN.toString(), backEnd.get("tenant"));
        String anns = log.put(BOB);
        assertEquals(BOB.toString(), backEnd.get("tenant"));
        log.restore(anns);
        assertEquals(ANN.toString(), backEnd.get("tenant"));
        log.restore(before);

        assertEquals("of the application", backEnd.get("tenant"));
    }

    @Test
    void nobodysContextTakesTheTenantOut() {
        BackEnd backEnd = new BackEnd();
        LogContext log = new LogContext(backEnd);
        log.put(ANN);

        String anns = log.put(null);

        assertNull(backEnd.get("tenant"));
        log.restore(anns);
        assertEquals(ANN.toString(), backEnd.get("tenant"));
    }

    /** Its map is an inheritable one: a pool's thread begun under a tenant would be logged as that tenant's for ever. */
    @Test
    void theContextThatNewThreadsInheritIsLeftAlone() {
        LogContext log = new LogContext(new BasicMDCAdapter());

        assertNull(log.put(ANN));
        // As it is on the class path of these tests, so through TenantContext too.
        assertEquals(BasicMDCAdapter.class, MDC.getMDCAdapter().getClass());
        TenantContext.run(ANN, () -> assertNull(MDC.get("tenant")));
    }

    /** As those of Logback and Log4j are: a map that no thread inherits. */
    private static final class BackEnd implements MDCAdapter {
        private Map<String, String> values = new HashMap<>();

        @Override
        public void put(String key, String value) {
            values.put(key, value);
        }

        @Override
        public @Nullable String get(String key) {
            return values.get(key);
        }

        @Override
        public void remove(String key) {
            values.remove(key);
        }

        @Override
        public void clear() {
            values.clear();
        }

        @Override
        public Map<String, String> getCopyOfContextMap() {
            return new HashMap<>(values);
        }

        @Override
        public void setContextMap(Map<String, String> contextMap) {
            values = new HashMap<>(contextMap);
        }

        @Override
        public void pushByKey(String key, String value) {
            throw new UnsupportedOperationException();
        }

        @Override
        public @Nullable String popByKey(String key) {
            return null;
        }

        @Override
        public Deque<String> getCopyOfDequeByKey(String key) {
            return new ArrayDeque<>();
        }

        @Override
        public void clearDequeByKey(String key) {
            throw new UnsupportedOperationException();
        }
    }
}
