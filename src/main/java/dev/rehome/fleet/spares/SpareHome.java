package dev.rehome.fleet.spares;

import dev.rehome.placement.Home;
import java.util.UUID;

/** A home in stock. */
record SpareHome(UUID id, Home home) {}
