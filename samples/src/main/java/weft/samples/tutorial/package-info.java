/**
 * The classic tutorial: the smallest recurrent net that learns something.
 *
 * <p>In: short sequences. Out: a trained net. Invariant: all there is to know about the net is in one constructor.
 */
package weft.samples.tutorial;
