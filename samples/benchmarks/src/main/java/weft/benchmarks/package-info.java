/**
 * Time per call of recurrent nets, one table of cases for every system.
 * In: a {@link weft.benchmarks.Case} and its seeded data; out: rows of results, a table and a chart.
 * Invariant: a row is written only after the system's numbers agreed with the plain reference.
 */
package weft.benchmarks;
