/**
 * The sample that answers "which language is this word from?".
 *
 * <p>In: names from the JDK's locale data, or a file of labelled texts. Out: a trained recurrent net, its
 * accuracy beside three baselines, and guesses for words. Invariant: whatever is measured is measured on
 * texts that nothing was fitted to.
 */
package weft.samples.languages;
