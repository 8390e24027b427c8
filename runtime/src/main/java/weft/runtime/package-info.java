/**
 * All that compiled functions need while they run.
 *
 * <p>In: tensors of the caller and shared parameters. Out: tensors, or a {@link weft.runtime.WeftException}
 * that says what was wrong. Invariant: nothing here knows of expressions, and nothing needs more than {@code
 * java.base}.
 */
package weft.runtime;
