/**
 * Java classes of programs as files, for build tools.
 *
 * <p>In: classes that define programs. Out: {@code .java} files, and safetensors files of their parameters. Invariant: a file whose
 * content would stay the same is not touched.
 */
package weft.codegen.build;
