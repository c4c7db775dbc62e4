package dev.rehome.web;

import dev.rehome.placement.TenantNames;
import dev.rehome.web.Resolution.Ambiguous;
import dev.rehome.web.Resolution.Silent;
import java.util.List;

/**
 * By a segment of the path. A path that a server may read in another way than this class (dot segments, empty ones, escapes
 * or parameters up to the segment) is ambiguous.
 */
public final class PathResolver implements RequestResolver {
    private final int index;
    private final TenantNames names;

    /** @param index of the segment, from 0: 1 for {@code /t/acme/orders} */
    public PathResolver(int index, TenantNames names) {
        if (index < 0) {
            throw new IllegalArgumentException("Segments are counted from 0, not from " + index + ".");
        }
        this.index = index;
        this.names = names;
    }

    @Override
    public Resolution resolve(WebRequest request) {
        String path = request.path();
        List<String> segments = path.isEmpty() || path.equals("/")
                ? List.of()
                : List.of(path.substring(1).split("/", -1));
        boolean endsBefore = segments.size() <= index
                || (segments.size() == index + 1 && last(segments).isEmpty());
        if (segments.stream().anyMatch(PathResolver::isDots)
                || segments.stream().limit(index + 1L).anyMatch(PathResolver::isEscaped)
                || segments.stream().limit(endsBefore ? index : index + 1L).anyMatch(String::isEmpty)) {
            return new Ambiguous();
        }
        return endsBefore ? new Silent() : RequestResolver.named(segments.get(index), names);
    }

    private static String last(List<String> segments) {
        return segments.get(segments.size() - 1);
    }

    /** Also where they are escaped, which some servers undo before they go up. */
    private static boolean isDots(String segment) {
        String plain = segment.replace("%2e", ".").replace("%2E", ".");
        int parameters = plain.indexOf(';');
        String name = parameters < 0 ? plain : plain.substring(0, parameters);
        return name.equals(".") || name.equals("..");
    }

    private static boolean isEscaped(String segment) {
        return segment.indexOf('%') >= 0 || segment.indexOf(';') >= 0 || segment.indexOf('\\') >= 0;
    }
}
