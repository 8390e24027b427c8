/**
 * The way from a function's graph to something that runs. In: inputs, outputs, updates. Out: a door that checks arguments and calls
 * compiled loops. Invariant: the passes are one list, and each has a name that every dump shows.
 */
package weft.pipeline;
