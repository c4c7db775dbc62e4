/**
 * What can an operator type? Read {@link dev.rehome.cli.Rehome} first. The commands only translate: what they do is done
 * in the packages of the operator's road.
 */
@NullMarked
package dev.rehome.cli;

import org.jspecify.annotations.NullMarked;
