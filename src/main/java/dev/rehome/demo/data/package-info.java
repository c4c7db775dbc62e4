/**
 * With which storefronts does the demo run? Read {@link dev.rehome.demo.data.StorefrontData} first: it comes from seven
 * files ({@link dev.rehome.demo.data.DataFolder}) or out of a generator ({@link dev.rehome.demo.data.GeneratedData}), and
 * {@link dev.rehome.demo.data.DataLoader} puts it into homes. Which home a storefront has is not decided here, and the
 * rows are those of the start only: what the demo's customers do later goes through the services.
 */
@NullMarked
package dev.rehome.demo.data;

import org.jspecify.annotations.NullMarked;
