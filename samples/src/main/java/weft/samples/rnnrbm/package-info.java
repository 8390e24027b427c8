/**
 * The sample that makes up music.
 *
 * <p>In: chords that follow each other by a few rules. Out: a trained net, and chords that it draws. Invariant: the same seed gives the same
 * music on every machine.
 */
package weft.samples.rnnrbm;
