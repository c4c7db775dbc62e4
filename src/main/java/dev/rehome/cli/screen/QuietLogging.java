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
            Logger.getLogger("io.zonky"));
    /**
     * A database that a move retires takes idle connections with it, and HikariCP warns of each; Tomcat warns of how long it took to draw the
     * random numbers of sessions that nobody has.
     */
    private static final List<Logger> WARNING_OF_NOTHING =
            List.of(Logger.getLogger("com.zaxxer.hikari"), Logger.getLogger("org.apache.catalina.util"));

    private QuietLogging() {}

    public static void begin() {
        LOGGERS.forEach(logger -> raise(logger, Level.WARNING));
        WARNING_OF_NOTHING.forEach(logger -> raise(logger, Level.SEVERE));
    }

    private static void raise(Logger logger, Level level) {
        if (logger.getLevel() == null || logger.getLevel().intValue() < level.intValue()) {
            logger.setLevel(level);
        }
    }
}
