/**
 * Types: dtypes with named, possibly symbolic extents. In: what the user declares. Out: what every op checks and every loop
 * counts. Invariant: extents are polynomials in one normal form, so equal sizes are equal objects.
 */
package weft.type;
