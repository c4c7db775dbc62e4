package dev.rehome.cdi;

import jakarta.annotation.PreDestroy;
import jakarta.transaction.TransactionScoped;
import java.io.Serializable;
import java.util.concurrent.atomic.AtomicInteger;

/** A user's bean of the unit's scope. */
@TransactionScoped
class Pad implements Serializable {
    static final AtomicInteger DESTROYED = new AtomicInteger();
    private static final long serialVersionUID = 1L;

    private int marks;

    int mark() {
        return ++marks;
    }

    @PreDestroy
    void destroyed() {
        DESTROYED.incrementAndGet();
    }
}
