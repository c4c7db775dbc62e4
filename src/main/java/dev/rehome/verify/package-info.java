/**
 * Do both homes hold the same rows? Read {@link dev.rehome.verify.Verifier} first, then
 * {@link dev.rehome.verify.VerificationReport}. No code of the copier's is here, so that its mistakes are not repeated; the
 * way a difference is mended is the caller's.
 */
@NullMarked
package dev.rehome.verify;

import org.jspecify.annotations.NullMarked;
