/**
 * The sample that finds out which words of a request say what.
 *
 * <p>In: requests that a small grammar makes up, with a tag for each word. Out: a trained net. Invariant: a word that stands in several
 * windows has one embedding, of length 1.
 */
package weft.samples.tagger;
