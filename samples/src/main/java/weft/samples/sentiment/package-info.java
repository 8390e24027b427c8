/**
 * The sample that says whether a review is good or bad.
 *
 * <p>In: sentences of several lengths that a small grammar makes up. Out: a trained net. Invariant: what stands behind the end of a
 * sentence in a batch changes nothing.
 */
package weft.samples.sentiment;
