package dev.rehome.cdi;

import dev.rehome.fence.TransactionMode.Isolation;
import jakarta.transaction.Transactional;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * How the unit of work that a {@link Transactional} method begins is to run. On a method it replaces what stands on its
 * class. A method that joins a running unit has no say.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.TYPE})
public @interface UnitOptions {

    /** Above READ_COMMITTED, expect the serialization failures of your own transactions (SQLSTATE 40001) and retry. */
    Isolation isolation() default Isolation.READ_COMMITTED;

    /** Whether the database refuses writes. Not enforced on H2. */
    boolean readOnly() default false;
}
