/**
 * The bytecode back end. In: a loop program. Out: one class that runs it. Invariant: no emitted method is
 * larger than HotSpot compiles, and its bits are those of the interpreter.
 */
package weft.codegen;
