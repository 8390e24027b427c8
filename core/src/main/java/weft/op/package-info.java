/**
 * Ops, one record in one file each (scalar functions: one row of a table). In: types of inputs. Out: the type of the result, the
 * backward rule, and the value of one element. Invariant: an op knows the graph and the loop IR, and nobody knows the op.
 */
package weft.op;
