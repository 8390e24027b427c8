/**
 * The words that users import. In: names, dimensions, data, initial values. Out: expressions, and (through other packages)
 * functions. Invariant: a word is one line here or in {@code weft.op}, and every error it throws names the user's own line.
 */
package weft;
