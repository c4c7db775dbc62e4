package dev.rehome.storefront;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/** Makes several calls one unit of work. */
@ApplicationScoped
class Together {
    @Transactional
    public <T extends @Nullable Object> T call(Callable<T> work) throws Exception {
        return work.call();
    }
}
