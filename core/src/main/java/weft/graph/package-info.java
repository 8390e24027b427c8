/**
 * The tensor graph. In: applies of ops, one at a time, type-checked as they are made. Out: what passes rewrite and lowering
 * reads. Invariant: immutable, acyclic, every expression knows its type and where the user wrote it.
 */
package weft.graph;
