package weft.runtime;

import java.util.Arrays;
import weft.runtime.WeftException.Kind;

/**
 * Dense row-major data: a dtype, a shape and one Java array.
 *
 * <p>Element {@code [i, j]} is at {@code i * dim(1) + j} of {@link #array()}, which may be longer than {@link
 * #size()}: every tensor that this class allocates has {@link #SLACK} unused elements at the end, so that
 * vector code may read beyond the last row. What the slack holds means nothing.
 */
public final class Tensor {
  /** Unused elements after the last one of every tensor that is not {@linkplain #wrap wrapped}. */
  public static final int SLACK = 16;

  private final DType dtype;
  private final int[] shape;
  private final int size;
  private final Object array;

  private Tensor(DType dtype, Object array, int[] shape, int size) {
    this.dtype = dtype;
    this.array = array;
    this.shape = shape;
    this.size = size;
  }

  /** Zeros (or {@code false}) of this shape. */
  public static Tensor zeros(DType dtype, int... shape) {
    var size = Shapes.size(dtype, shape);
    return new Tensor(dtype, dtype.newArray(size + SLACK), shape.clone(), size);
  }

  /** One value everywhere, converted as {@link #set(double, int...)} does. */
  public static Tensor full(DType dtype, double value, int... shape) {
    var result = zeros(dtype, shape);
    for (var i = 0; i < result.size; i++) {
      Elements.set(result.array, i, value);
    }
    return result;
  }

  /** The integers from 0 to {@code count - 1} as {@code i32[count]}. */
  public static Tensor arange(int count) {
    var result = zeros(DType.I32, count);
    var ints = (int[]) result.array;
    for (var i = 0; i < count; i++) {
      ints[i] = i;
    }
    return result;
  }

  /**
   * A tensor over an array of the caller, not copied: both see each other's changes.
   *
   * @throws WeftException if the array is shorter than the shape needs
   */
  public static Tensor wrap(Object array, int... shape) {
    var dtype = DType.ofArray(array);
    var size = Shapes.size(dtype, shape);
    if (dtype.length(array) < size) {
      throw new WeftException(Kind.SHAPE, Shapes.typeText(dtype, shape) + " needs " + size
          + " elements, but the given array has " + dtype.length(array));
    }
    return new Tensor(dtype, array, shape.clone(), size);
  }

  /**
   * These values in row-major order, converted as {@link #set(double, int...)} does.
   *
   * @throws WeftException if the number of values is not the size of the shape
   */
  public static Tensor ofShape(DType dtype, double[] values, int... shape) {
    var result = zeros(dtype, shape);
    if (Shapes.needed(values, "the array of values").length != result.size) {
      throw new WeftException(Kind.SHAPE, Shapes.typeText(dtype, shape) + " needs " + result.size
          + " values, but " + values.length + " were given");
    }
    for (var i = 0; i < result.size; i++) {
      Elements.set(result.array, i, values[i]);
    }
    return result;
  }

  /** A vector {@code f32[n]}. */
  public static Tensor of(float... values) {
    return Elements.nested(DType.F32, values, 1);
  }

  /** A matrix {@code f32[rows, columns]}; rows of different lengths are refused. */
  public static Tensor of(float[][] rows) {
    return Elements.nested(DType.F32, rows, 2);
  }

  /** An {@code f32} tensor of rank 3; rows of different lengths are refused. */
  public static Tensor of(float[][][] blocks) {
    return Elements.nested(DType.F32, blocks, 3);
  }

  /** A vector {@code f64[n]}. */
  public static Tensor of(double... values) {
    return Elements.nested(DType.F64, values, 1);
  }

  /** A matrix {@code f64[rows, columns]}; rows of different lengths are refused. */
  public static Tensor of(double[][] rows) {
    return Elements.nested(DType.F64, rows, 2);
  }

  /** An {@code f64} tensor of rank 3; rows of different lengths are refused. */
  public static Tensor of(double[][][] blocks) {
    return Elements.nested(DType.F64, blocks, 3);
  }

  /** A vector {@code i32[n]}. */
  public static Tensor of(int... values) {
    return Elements.nested(DType.I32, values, 1);
  }

  /** A matrix {@code i32[rows, columns]}; rows of different lengths are refused. */
  public static Tensor of(int[][] rows) {
    return Elements.nested(DType.I32, rows, 2);
  }

  /** A vector {@code i64[n]}. */
  public static Tensor of(long... values) {
    return Elements.nested(DType.I64, values, 1);
  }

  /** A matrix {@code i64[rows, columns]}; rows of different lengths are refused. */
  public static Tensor of(long[][] rows) {
    return Elements.nested(DType.I64, rows, 2);
  }

  /** A vector {@code bool[n]}. */
  public static Tensor of(boolean... values) {
    return Elements.nested(DType.BOOL, values, 1);
  }

  /** A matrix {@code bool[rows, columns]}; rows of different lengths are refused. */
  public static Tensor of(boolean[][] rows) {
    return Elements.nested(DType.BOOL, rows, 2);
  }

  /** A tensor of rank 0. */
  public static Tensor scalar(float value) {
    var result = zeros(DType.F32);
    ((float[]) result.array)[0] = value;
    return result;
  }

  /** A tensor of rank 0. */
  public static Tensor scalar(double value) {
    var result = zeros(DType.F64);
    ((double[]) result.array)[0] = value;
    return result;
  }

  /** A tensor of rank 0. */
  public static Tensor scalar(int value) {
    var result = zeros(DType.I32);
    ((int[]) result.array)[0] = value;
    return result;
  }

  /** A tensor of rank 0. */
  public static Tensor scalar(long value) {
    var result = zeros(DType.I64);
    ((long[]) result.array)[0] = value;
    return result;
  }

  /** A tensor of rank 0. */
  public static Tensor scalar(boolean value) {
    var result = zeros(DType.BOOL);
    ((boolean[]) result.array)[0] = value;
    return result;
  }

  /** The type of every element. */
  public DType dtype() {
    return dtype;
  }

  /** A copy of the dimensions; {@link #dimAt} reads one without a copy. */
  public int[] shape() {
    return shape.clone();
  }

  /** The number of dimensions; 0 for a scalar. */
  public int rank() {
    return shape.length;
  }

  /**
   * One dimension; negative axes count from the end.
   *
   * @throws WeftException of kind INDEX if there is no such axis
   */
  public int dim(int axis) {
    if (axis < -shape.length || axis >= shape.length) {
      throw new WeftException(Kind.INDEX, typeText() + " has no axis " + axis + "; its rank is " + shape.length);
    }
    return shape[axis < 0 ? axis + shape.length : axis];
  }

  /** One dimension, axis from 0, for compiled code. */
  public int dimAt(int axis) {
    return shape[axis];
  }

  /** The number of elements: the product of the dimensions. */
  public int size() {
    return size;
  }

  /** The live Java array of the elements, at least {@link #size()} long. */
  public Object array() {
    return array;
  }

  /** The live array of an {@code f32} tensor, or an error of kind DTYPE. */
  public float[] floats() {
    return (float[]) arrayOf(DType.F32);
  }

  /** The live array of an {@code f64} tensor, or an error of kind DTYPE. */
  public double[] doubles() {
    return (double[]) arrayOf(DType.F64);
  }

  /** The live array of an {@code i32} tensor, or an error of kind DTYPE. */
  public int[] ints() {
    return (int[]) arrayOf(DType.I32);
  }

  /** The live array of an {@code i64} tensor, or an error of kind DTYPE. */
  public long[] longs() {
    return (long[]) arrayOf(DType.I64);
  }

  /** The live array of a {@code bool} tensor, or an error of kind DTYPE. */
  public boolean[] booleans() {
    return (boolean[]) arrayOf(DType.BOOL);
  }

  private Object arrayOf(DType wanted) {
    if (dtype != wanted) {
      throw new WeftException(Kind.DTYPE, "the elements are " + dtype + ", not " + wanted + ", in " + typeText()
          + "; convert with to(DType." + wanted.name() + ")");
    }
    return array;
  }

  /** The value of a tensor of one element, whatever its rank; {@code true} is 1. */
  public double item() {
    if (size != 1) {
      throw new WeftException(Kind.SHAPE, "item() wants exactly one element, but " + typeText() + " has " + size);
    }
    return Elements.get(array, 0);
  }

  /** One element as a double; {@code true} is 1, and an {@code i64} beyond 2⁵³ is rounded. */
  public double get(int... at) {
    return Elements.get(array, Shapes.offset(this, at));
  }

  /** Sets one element, converted as a Java cast does; everything but 0 is {@code true}. */
  public void set(double value, int... at) {
    Elements.set(array, Shapes.offset(this, at), value);
  }

  /** A tensor of its own with the same elements. */
  public Tensor copy() {
    var result = zeros(dtype, shape);
    System.arraycopy(array, 0, result.array, 0, size);
    return result;
  }

  /**
   * Takes over every element of a tensor of the same type.
   *
   * @throws WeftException if dtype or shape differ
   */
  public void copyFrom(Tensor source) {
    if (Shapes.needed(source, "the tensor to copy").dtype != dtype || !Arrays.equals(source.shape, shape)) {
      throw new WeftException(source.dtype != dtype ? Kind.DTYPE : Kind.SHAPE,
          "cannot copy " + source.typeText() + " into " + typeText() + "; the types must be equal");
    }
    System.arraycopy(source.array, 0, array, 0, size);
  }

  /**
   * The same elements in another dtype, always a copy: as Java casts convert (saturating, NaN to 0), {@code
   * true} to 1, and everything but 0 to {@code true}.
   */
  public Tensor to(DType wanted) {
    if (wanted == dtype) {
      return copy();
    }
    var result = zeros(wanted, shape);
    Elements.convert(array, result.array, size);
    return result;
  }

  /** Every element as a double, in row-major order. */
  public double[] toDoubles() {
    var result = new double[size];
    for (var i = 0; i < size; i++) {
      result[i] = Elements.get(array, i);
    }
    return result;
  }

  /** The type as messages say it, such as {@code f32[3, 4]}, or {@code f32} for a scalar. */
  public String typeText() {
    return Shapes.typeText(dtype, shape);
  }

  /** The type as messages say it, such as {@code f32[3, 4]}, or {@code f32} for a scalar. */
  public static String typeText(DType dtype, int... shape) {
    return Shapes.typeText(dtype, shape);
  }

  /** Whether dtype, shape and all elements agree bit for bit; 0.0 and -0.0 differ, two NaNs do not. */
  public static boolean contentEquals(Tensor a, Tensor b) {
    Shapes.needed(b, "the tensor to compare with");
    return Shapes.needed(a, "the tensor to compare").dtype == b.dtype && Arrays.equals(a.shape, b.shape) && Elements.equal(a.array, b.array, a.size);
  }

  /** The elements in nested brackets, the middle left out above a thousand. */
  @Override
  public String toString() {
    return TensorText.of(this);
  }
}
