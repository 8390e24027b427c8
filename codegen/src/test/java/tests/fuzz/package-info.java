/**
 * In: a seed. Out: nothing, or a disagreement between modes as a small program. Programs are text ({@link
 * tests.fuzz.Program}), so that those that once failed can be kept and run for ever, whatever the generator
 * does by then.
 */
package tests.fuzz;
