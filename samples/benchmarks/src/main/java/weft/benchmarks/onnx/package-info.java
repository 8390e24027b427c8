/**
 * ONNX files written by hand, as far as recurrent nets need them.
 * In: a case and its parameters; out: the bytes of an ONNX file.
 * Invariant: no library knows the format here, so a file holds just what {@link weft.benchmarks.onnx.OnnxFile} says.
 */
package weft.benchmarks.onnx;
