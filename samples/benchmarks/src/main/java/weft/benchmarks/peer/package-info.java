/**
 * The other systems, one class each, set up as their own users would for speed.
 * In: a case and its data; out: a {@link weft.benchmarks.Contender}.
 * Invariant: inputs and parameters are the system's own tensors before the first call, and no call copies a result out.
 */
package weft.benchmarks.peer;
