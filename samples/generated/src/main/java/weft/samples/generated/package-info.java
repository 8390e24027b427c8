/**
 * The language classifier as a program that ships: the runtime, one generated class, and this.
 *
 * <p>In: words, and a file of weights that the sample {@code languages} saved. Out: which language each word is from. Invariant: no
 * compiler, and nothing of the JDK but java.base.
 */
package weft.samples.generated;
