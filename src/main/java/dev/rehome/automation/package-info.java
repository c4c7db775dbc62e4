/**
 * Who looks after the fleet when nobody looks? Read {@link dev.rehome.automation.Automation} first, then
 * {@link dev.rehome.automation.Duty}: what is done again and again, by whichever process holds the duty. What a plan wishes, how a
 * move is made and what a check finds is not decided here.
 */
@NullMarked
package dev.rehome.automation;

import org.jspecify.annotations.NullMarked;
