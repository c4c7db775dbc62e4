/**
 * What is a tenant outside every home? Read {@link dev.rehome.export.Manifest}: what a file of a tenant consists of. Then
 * {@link dev.rehome.export.TenantSnapshot}, which is written into one by {@link dev.rehome.export.ExportWriter},
 * {@link dev.rehome.export.ExportFile}, which reads one and believes nothing, and {@link dev.rehome.export.Arrival}, which fills a
 * home with either. Who is admitted to that home is not decided here but in {@code dev.rehome.life}.
 */
@NullMarked
package dev.rehome.export;

import org.jspecify.annotations.NullMarked;
