/** Accepted dumps of a few programs, and what the documents say about programs, held to what really comes out. */
package tests.golden;
