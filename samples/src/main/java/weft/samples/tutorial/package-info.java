/**
 * The classic tutorial: the smallest recurrent net that learns something.
 *
 * <p>In: short sequences of points. Out: a trained net. Invariant: everything there is to know about the net stands in one constructor.
 */
package weft.samples.tutorial;
