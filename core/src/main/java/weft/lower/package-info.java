/**
 * From graph to loops. In: expressions. Out: kernels over buffers, and drivers that run them. Invariant: the only decision made
 * here is what is kept in memory; the values are composed of the ops' own element rules.
 */
package weft.lower;
