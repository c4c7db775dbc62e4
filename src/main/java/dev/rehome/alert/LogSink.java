package dev.rehome.alert;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes alerts to the log. */
public final class LogSink implements AlertSink {
    private static final Logger LOG = LoggerFactory.getLogger("dev.rehome.alert");

    @Override
    public void fired(Alert alert) {
        switch (alert.severity()) {
            case WARNING -> LOG.warn("alert={} subject={} note={}", alert.name(), alert.subject(), alert.text());
            case CRITICAL -> LOG.error("alert={} subject={} note={}", alert.name(), alert.subject(), alert.text());
        }
    }

    @Override
    public void resolved(Alert alert) {
        LOG.info("alert={} subject={} note=is over", alert.name(), alert.subject());
    }
}
