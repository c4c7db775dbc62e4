package dev.rehome.testing;

import java.io.IOException;
import java.io.UncheckedIOException;

/** The end that no process can prepare for: nothing is closed, nothing is given back, no hook runs. */
public final class Sigkill {
    private Sigkill() {}

    /** Does not return. */
    public static void thisProcess() {
        try {
            new ProcessBuilder(
                            "kill", "-9", Long.toString(ProcessHandle.current().pid()))
                    .start()
                    .waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        throw new IllegalStateException("kill -9 did not kill");
    }
}
