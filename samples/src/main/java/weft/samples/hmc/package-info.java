/**
 * The sample that draws from a distribution of which only the logarithm of its density is known, up to a constant.
 *
 * <p>In: an energy, as a function of expressions. Out: a chain of points. Invariant: where it was started makes no difference in the end.
 */
package weft.samples.hmc;
