package dev.rehome.hibernate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rehome.testing.ClassPath;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class DecidedSettingsTest {
    /** Hibernate reads system properties once in a JVM's life, so this takes one of its own. */
    @Test
    void aSettingThatReachesHibernatePastTheBuilderIsRefused() throws IOException, InterruptedException {
        Process process = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Dhibernate.default_schema=shared",
                        "-cp",
                        ClassPath.ofThisProcess(),
                        BuildsADataLayer.class.getName()))
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertTrue(process.waitFor(1, TimeUnit.MINUTES));
        assertEquals(BuildsADataLayer.REFUSED, process.exitValue(), output);
        assertTrue(output.contains("The setting hibernate.default_schema is decided by Rehome"), output);
    }
}
