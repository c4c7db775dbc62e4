package dev.rehome.storefront;

import jakarta.persistence.EntityManager;
import org.hibernate.exception.ConstraintViolationException;
import org.hibernate.exception.ConstraintViolationException.ConstraintKind;

/** Leaves it to the database to notice duplicates: looking first would miss those that are just being stored. */
final class Uniqueness {
    private Uniqueness() {}

    /** @throws DuplicateException if a unique constraint is violated */
    static void flush(EntityManager entityManager, String what) {
        try {
            entityManager.flush();
        } catch (ConstraintViolationException e) {
            if (e.getKind() == ConstraintKind.UNIQUE) {
                throw new DuplicateException(what, e);
            }
            throw e;
        }
    }
}
