package dev.rehome.strategy;

import dev.rehome.placement.Tier;
import java.time.Instant;
import java.util.Optional;

/**
 * The latest move of a tenant that has ended, as the way that it went in the end: there, back if it was rolled back, nowhere if it was
 * cancelled.
 *
 * @param ended when nothing was left to do
 * @param because why a plan wished it; empty if it was no plan
 */
public record EarlierMove(Tier from, Tier to, Instant ended, Optional<Reason.Kind> because) {}
