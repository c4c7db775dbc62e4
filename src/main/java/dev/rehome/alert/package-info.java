/**
 * What should somebody look at, and who is told? Read {@link dev.rehome.alert.Condition} first, which is all there is to look for, then
 * {@link dev.rehome.alert.AlertWatch}, which looks again and again. The same conditions are rules for Prometheus in
 * {@code config/alerts.yaml}, for whoever has that; nothing is mended here.
 */
@NullMarked
package dev.rehome.alert;

import org.jspecify.annotations.NullMarked;
