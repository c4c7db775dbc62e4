package dev.rehome.testkit;

import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Names the application whose isolation the tests of a class are about. */
@Inherited
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface TestsOf {
    /** Has a constructor without parameters. One instance, with one set of shared tables, serves all tests of a run. */
    Class<? extends Application> value();
}
