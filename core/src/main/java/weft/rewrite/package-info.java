/**
 * Rewrites. In: a graph as the user or the backward rules wrote it. Out: a graph of the same values that
 * computes less, or more accurately. Invariant: every step keeps the types of what it replaces, and a rule is
 * found and sampled by a test.
 */
package weft.rewrite;
