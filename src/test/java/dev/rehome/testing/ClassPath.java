package dev.rehome.testing;

import static java.util.stream.Collectors.joining;

import java.io.File;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** For processes that are started with the classes of this one. */
public final class ClassPath {
    private ClassPath() {}

    /** That of this process, whoever has made it. */
    public static String ofThisProcess() {
        if (ClassPath.class.getClassLoader() instanceof URLClassLoader loader) {
            List<String> paths = new ArrayList<>();
            for (URL url : loader.getURLs()) {
                try {
                    paths.add(Path.of(url.toURI()).toString());
                } catch (URISyntaxException e) {
                    throw new IllegalStateException(e);
                }
            }
            return String.join(File.pathSeparator, paths);
        }
        // An empty entry, which Surefire leaves at the end, is the working directory: the changelogs would be there
        // twice.
        return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                .filter(path -> !path.isEmpty())
                .collect(joining(File.pathSeparator));
    }
}
