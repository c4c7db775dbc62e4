package dev.rehome.web;

import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import dev.rehome.tenant.HomeTooOldException;
import dev.rehome.tenant.TenantArchivedException;
import dev.rehome.tenant.TenantSuspendedException;
import dev.rehome.tenant.TenantUnavailableException;
import dev.rehome.tenant.UnknownTenantException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How a request that is not served is answered: with a status and without a body, which could only tell who there is. */
enum Refusal {
    UNKNOWN(404),
    UNCLEAR(400),
    /** Not 423, which is of WebDAV: proxies, clients and search engines know that 503 is not for ever. */
    SUSPENDED(503),
    BUSY(503);

    static final String RETRY_AFTER_SECONDS = "1";
    /** An answer about the directory of this moment is not for caches on the way. */
    static final String CACHE_CONTROL = "no-store";

    private static final int DEEPEST_CAUSE = 20;

    private final int status;

    Refusal(int status) {
        this.status = status;
    }

    int status() {
        return status;
    }

    /** Empty if the request is somebody's. */
    static Optional<Refusal> of(Resolution resolution) {
        if (resolution instanceof Resolution.Found) {
            return Optional.empty();
        }
        return Optional.of(resolution instanceof Resolution.Unknown ? UNKNOWN : UNCLEAR);
    }

    /** For what a request may meet at the door of its tenant's home; empty for failures of its own. */
    static Optional<Refusal> of(Throwable failure) {
        @Nullable Throwable cause = failure;
        for (int depth = 0; cause != null && depth < DEEPEST_CAUSE; depth++) {
            if (cause instanceof UnknownTenantException) {
                return Optional.of(UNKNOWN);
            }
            if (cause instanceof TenantSuspendedException || cause instanceof TenantArchivedException) {
                return Optional.of(SUSPENDED);
            }
            if (cause instanceof TenantUnavailableException || cause instanceof HomeTooOldException) {
                return Optional.of(BUSY);
            }
            cause = cause.getCause();
        }
        return Optional.empty();
    }

    /** For what may happen while a name is looked up; empty for an error of Rehome or of the application. */
    static Optional<Refusal> ofLookUp(RehomeException failure) {
        return failure.kind() == ErrorKind.BUSY || failure.kind() == ErrorKind.EXTERNAL
                ? Optional.of(BUSY)
                : Optional.empty();
    }
}
