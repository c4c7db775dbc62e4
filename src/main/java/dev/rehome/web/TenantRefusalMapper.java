package dev.rehome.web;

import dev.rehome.error.RehomeException;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.ExceptionMapper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers what a Jakarta REST resource throws: a suspended or unreachable tenant with 503, an unknown one with 404, and
 * another error of Rehome's with 500; none has a body. For {@link TenantFilter} too, where resources are behind it: a
 * Jakarta REST server answers what nobody maps by itself, and that filter never sees it. Thread-safe.
 */
public final class TenantRefusalMapper implements ExceptionMapper<RehomeException> {
    private static final Logger LOG = LoggerFactory.getLogger(TenantRefusalMapper.class);

    @Override
    public Response toResponse(RehomeException failure) {
        return Refusal.of(failure).map(TenantRequestFilter::answer).orElseGet(() -> {
            LOG.error("kind={}", failure.kind(), failure);
            return Response.serverError()
                    .type(MediaType.TEXT_PLAIN_TYPE)
                    .entity("")
                    .build();
        });
    }
}
