package dev.rehome.testkit;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.TestTemplate;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A test that runs three times: with two new tenants in shared tables, in schemas of their own, and in databases of their own.
 * It, and methods that run before or after it, may take a {@link TwoTenants}. The class says by {@link TestsOf} whose
 * entities are tested.
 *
 * <p>After each run the test fails if it has left something behind: a connection that is handed out, a tenant bound to the
 * thread, a transaction or a lock on the server, a row in the other tenant's home.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.ANNOTATION_TYPE})
@TestTemplate
@ExtendWith(EachTierExtension.class)
public @interface EachTier {}
