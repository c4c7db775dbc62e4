package dev.rehome.cli.screen;

import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Keeps the libraries' log lines off the screen: warnings pass, and of what is about to be closed only errors. */
public final class QuietLogging {
    /** Held, as the JDK forgets the levels of loggers that nobody holds. */
    private static final List<Logger> LOGGERS = List.of(
            Logger.getLogger(""),
            Logger.getLogger("org.hibernate"),
            Logger.getLogger("org.jboss.weld"),
            Logger.getLogger("liquibase"),
            Logger.getLogger("io.zonky"),
            Logger.getLogger("com.zaxxer.hikari"));

    private QuietLogging() {}

    public static void begin() {
        LOGGERS.forEach(logger -> raise(logger, Level.WARNING));
        // A database that a move retires takes idle connections with it; HikariCP warns of each.
        raise(LOGGERS.get(LOGGERS.size() - 1), Level.SEVERE);
    }

    private static void raise(Logger logger, Level level) {
        if (logger.getLevel() == null || logger.getLevel().intValue() < level.intValue()) {
            logger.setLevel(level);
        }
    }
}
