/**
 * Java source. In: scheduled loop programs and the typed programs they belong to. Out: classes that need java.base and
 * weft.runtime alone. Invariant: the same program gives the same bytes on every machine and JDK.
 */
package weft.codegen.source;
