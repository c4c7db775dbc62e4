package dev.rehome.config;

import dev.rehome.error.RehomeException;
import java.util.Optional;

/** Reads {@code exports}. */
final class ExportsSection {
    private static final String USUALLY_KEPT = "7d,4w,12m";
    private static final int USUALLY_PER_SERVER = 2;

    private ExportsSection() {}

    /** Empty if the file has no such section, or a problem in what it has to have. */
    static Optional<ExportsConfig> read(YamlMap root) {
        if (!root.has("exports")) {
            return Optional.empty();
        }
        YamlMap map = root.map("exports");
        var directory = map.require("directory", Values::path);
        var window = map.require("window", Values::window);
        var keep = map.find("keep", ExportsSection::retention).orElseGet(() -> Retention.parse(USUALLY_KEPT));
        int perServer = map.find("per_server", Values.intAtLeast(1)).orElse(USUALLY_PER_SERVER);
        boolean verify = map.find("verify", Values::truth).orElse(true);
        return directory.isPresent() && window.isPresent()
                ? Optional.of(new ExportsConfig(directory.get(), window.get(), keep, perServer, verify))
                : Optional.empty();
    }

    private static Retention retention(Scalar scalar) {
        try {
            return Retention.parse(scalar.text());
        } catch (RehomeException notARetention) {
            throw new IllegalArgumentException(
                    "must be numbers of days, weeks, months and years, each once, such as 7d,4w,12m", notARetention);
        }
    }
}
