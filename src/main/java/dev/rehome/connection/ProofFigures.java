package dev.rehome.connection;

/**
 * What the isolation proofs of this process have shown. Immutable.
 *
 * @param proven homes that are served, as their isolation binds
 * @param refused times that a home was not served because it does not
 */
public record ProofFigures(int proven, long refused) {}
