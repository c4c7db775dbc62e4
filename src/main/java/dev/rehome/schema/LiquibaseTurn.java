package dev.rehome.schema;

import java.io.FileNotFoundException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import liquibase.Scope;
import liquibase.exception.UnexpectedLiquibaseException;
import liquibase.logging.core.NoOpLogService;
import liquibase.resource.ClassLoaderResourceAccessor;
import liquibase.resource.CompositeResourceAccessor;
import liquibase.resource.DirectoryResourceAccessor;
import liquibase.resource.ResourceAccessor;
import liquibase.ui.LoggerUIService;

/**
 * Work with Liquibase, which keeps state in static fields: two runs in one JVM have left each other's changelog locks set, so
 * they take turns. Thread-safe.
 */
final class LiquibaseTurn {
    private static final ReentrantLock ONE_AT_A_TIME = new ReentrantLock();

    private LiquibaseTurn() {}

    /** What is done in a turn. */
    @FunctionalInterface
    interface Work<T> {
        T run() throws Exception;
    }

    static <T> T take(String changelog, Work<T> work) throws Exception {
        ONE_AT_A_TIME.lock();
        try {
            return Scope.child(scope(changelog), work::run);
        } finally {
            ONE_AT_A_TIME.unlock();
        }
    }

    private static Map<String, Object> scope(String changelog) {
        Map<String, Object> scope = new LinkedHashMap<>();
        scope.put("liquibase.analytics.enabled", false);
        scope.put("liquibase.duplicateFileMode", "SILENT");
        scope.put(Scope.Attr.logService.name(), new NoOpLogService());
        scope.put(Scope.Attr.ui.name(), new LoggerUIService());
        scope.put(Scope.Attr.resourceAccessor.name(), accessor(changelog));
        return scope;
    }

    /** The class path, and the working directory behind it if the changelog is not on the class path. */
    static ResourceAccessor accessor(String changelog) {
        ClassLoader loader = LiquibaseTurn.class.getClassLoader();
        ResourceAccessor classPath = new ClassLoaderResourceAccessor(loader);
        if (loader.getResource(changelog) != null) {
            return classPath;
        }
        try {
            return new CompositeResourceAccessor(classPath, new DirectoryResourceAccessor(Path.of("")));
        } catch (FileNotFoundException e) {
            throw new UnexpectedLiquibaseException(e);
        }
    }
}
