package weft.benchmarks;

/** Matrix products and small helpers of the reference, plain loops in double precision. */
final class ReferenceProducts {
  private ReferenceProducts() {}

  /** out (rows, columns) += a (rows, inner) · b (inner, columns). */
  static void add(double[] a, double[] b, double[] out, int rows, int inner, int columns) {
    for (int k = 0; k < inner; k++) {
      for (int r = 0; r < rows; r++) {
        axpy(a[r * inner + k], b, k * columns, out, r * columns, columns);
      }
    }
  }

  /** out (inner, columns) += aᵀ · d, with a (rows, inner) and d (rows, columns). */
  static void addLeftTurned(double[] a, double[] d, double[] out, int rows, int inner, int columns) {
    for (int k = 0; k < inner; k++) {
      for (int r = 0; r < rows; r++) {
        axpy(a[r * inner + k], d, r * columns, out, k * columns, columns);
      }
    }
  }

  /** out (rows, inner) += d · bᵀ, with d (rows, columns) and b (inner, columns). */
  static void addRightTurned(double[] d, double[] b, double[] out, int rows, int inner, int columns) {
    for (int k = 0; k < inner; k++) {
      for (int r = 0; r < rows; r++) {
        double sum = 0;
        for (int c = 0; c < columns; c++) {
          sum += d[r * columns + c] * b[k * columns + c];
        }
        out[r * inner + k] += sum;
      }
    }
  }

  /** Every row of out += row. */
  static void addRow(double[] row, double[] out, int rows) {
    for (int r = 0; r < rows; r++) {
      axpy(1, row, 0, out, r * row.length, row.length);
    }
  }

  /** out += the sum of all rows of d. */
  static void addColumnSums(double[] d, double[] out, int rows) {
    for (int r = 0; r < rows; r++) {
      axpy(1, d, r * out.length, out, 0, out.length);
    }
  }

  static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }

  static double[] widen(float[] values) {
    var wide = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      wide[i] = values[i];
    }
    return wide;
  }

  static float[] narrow(double[] values) {
    var narrow = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      narrow[i] = (float) values[i];
    }
    return narrow;
  }

  private static void axpy(double factor, double[] from, int fromAt, double[] to, int toAt, int count) {
    if (factor == 0) {
      return;
    }
    for (int c = 0; c < count; c++) {
      to[toAt + c] += factor * from[fromAt + c];
    }
  }
}
