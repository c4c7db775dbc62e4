/**
 * How does the fleet stand, for somebody who looks at it in a browser, and for programs? Read
 * {@link dev.rehome.dashboard.DashboardServer} first, then {@link dev.rehome.dashboard.Routes}: every address that is answered is in
 * it. Nothing is decided here: what an operator asks for is written into the directory, as the command line writes it, and no row of a
 * tenant is ever read.
 */
@NullMarked
package dev.rehome.dashboard;

import org.jspecify.annotations.NullMarked;
