/**
 * What does each tenant do, and how long does it wait for it? Read {@code Measures} first, which requests count
 * into, then {@code MeasurePush}, which takes it to the directory now and then. What is made of it is not here: see
 * {@code dev.rehome.statistics}.
 */
@NullMarked
package dev.rehome.measure;

import org.jspecify.annotations.NullMarked;
