package dev.rehome.connection;

/**
 * How requests got into their homes since this process began. Immutable.
 *
 * @param admitted transactions that entered
 * @param enterNanos how long these took for it in all, from asking for a connection until they were in, in nanoseconds; a first statement
 *     that goes in the same flush is a part of it
 * @param elsewhere answers that the tenant has moved; tried again there at once
 * @param fenced answers that a fence is up; tried again after a pause
 * @param unknown answers of homes that have never heard of the tenant; tried again where the directory says
 * @param suspended requests refused, as their tenant is suspended
 * @param tooOld requests refused, as their home is below the minimum level
 * @param unreachable attempts that failed, as the server or the database was not there
 * @param unavailable requests that were not served in time
 */
public record EnterFigures(
        long admitted,
        long enterNanos,
        long elsewhere,
        long fenced,
        long unknown,
        long suspended,
        long tooOld,
        long unreachable,
        long unavailable) {}
