/** Tests of the lives of tenants, on real servers. */
@NullMarked
package dev.rehome.life;

import org.jspecify.annotations.NullMarked;
