/**
 * The command line.
 *
 * <p>In: arguments. Out: files, and what became of them in words. Invariant: nothing else in this module needs the library that reads
 * arguments, which users who do not come this way may leave out.
 */
package weft.codegen.cli;
