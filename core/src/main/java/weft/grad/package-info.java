/**
 * Gradients. In: a scalar cost and what to differentiate it by. Out: expressions in the same graph. Invariant:
 * each apply between the two is asked for its backward rule once, and what that builds counts as written where
 * the apply was.
 */
package weft.grad;
