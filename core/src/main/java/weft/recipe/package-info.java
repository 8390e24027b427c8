/**
 * Functions as bytes. In: what a function computes, with its options and parameters. Out: the same function, built anew and
 * checked. Invariant: bytes that were not written here are refused before anything is compiled, whatever they say.
 */
package weft.recipe;
