/**
 * The sample that writes text character by character.
 *
 * <p>In: the names of all Unicode characters, which every JDK knows, or a file. Out: a trained recurrent net, and what it
 * makes up. Invariant: the state that a segment of text ends with is the one that the next begins with.
 */
package weft.samples.chars;
