/**
 * Loops to faster loops. In: loop programs as lowered. Out: the same with vectors, fewer loops and a plan of memory. Invariant: the
 * interpreter gives the same before and after, but for the order of sums where a reduction allows any.
 */
package weft.schedule;
