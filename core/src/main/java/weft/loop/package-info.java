/**
 * Loop IR. In: nothing from tensors, only arrays, integers and scalar functions. Out: what the interpreter runs and every
 * back end prints. Invariant: sealed and typed; every buffer is written before it is read.
 */
package weft.loop;
