package weft.op;

/** Linear algebra of plain arrays, by other ways than the ops go: Jordan's elimination with full pivoting, minors, Cholesky column by column. */
final class PlainLinear {
  private PlainLinear() {}

  /** The matrix {@code batch} of a stack. */
  static double[][] matrix(Nd x, int... batch) {
    int rank = x.shape().length;
    var rows = new double[x.shape()[rank - 2]][x.shape()[rank - 1]];
    int[] at = java.util.Arrays.copyOf(batch, rank);
    for (int i = 0; i < rows.length; i++) {
      for (int j = 0; j < rows[i].length; j++) {
        at[rank - 2] = i;
        at[rank - 1] = j;
        rows[i][j] = x.at(at);
      }
    }
    return rows;
  }

  static double[][] identity(int n) {
    var one = new double[n][n];
    for (int i = 0; i < n; i++) one[i][i] = 1;
    return one;
  }

  static double[][] times(double[][] a, double[][] b) {
    var product = new double[a.length][b.length == 0 ? 0 : b[0].length];
    for (int i = 0; i < a.length; i++) {
      for (int j = 0; j < product[i].length; j++) for (int k = 0; k < b.length; k++) product[i][j] += a[i][k] * b[k][j];
    }
    return product;
  }

  static double[][] transposed(double[][] a) {
    var turned = new double[a.length == 0 ? 0 : a[0].length][a.length];
    for (int i = 0; i < a.length; i++) for (int j = 0; j < a[i].length; j++) turned[j][i] = a[i][j];
    return turned;
  }

  /** The largest element that is left is the next pivot; its column is cleared above and below. */
  static double[][] solve(double[][] matrix, double[][] sides) {
    int n = matrix.length;
    var a = new double[n][];
    var b = new double[n][];
    for (int i = 0; i < n; i++) {
      a[i] = matrix[i].clone();
      b[i] = sides[i].clone();
    }
    var rowOf = new int[n];
    var used = new boolean[n];
    var done = new boolean[n];
    for (int step = 0; step < n; step++) {
      int row = -1;
      int column = -1;
      for (int i = 0; i < n; i++) {
        for (int j = 0; j < n && !used[i]; j++) {
          if (!done[j] && (row < 0 || Math.abs(a[i][j]) > Math.abs(a[row][column]))) {
            row = i;
            column = j;
          }
        }
      }
      used[row] = true;
      done[column] = true;
      rowOf[column] = row;
      for (int i = 0; i < n; i++) {
        double factor = a[i][column] / a[row][column];
        if (i == row) continue;
        for (int j = 0; j < n; j++) a[i][j] -= factor * a[row][j];
        for (int j = 0; j < b[i].length; j++) b[i][j] -= factor * b[row][j];
      }
    }
    var x = new double[n][];
    for (int c = 0; c < n; c++) {
      x[c] = b[rowOf[c]].clone();
      for (int j = 0; j < x[c].length; j++) x[c][j] /= a[rowOf[c]][c];
    }
    return x;
  }

  static double[][] inverse(double[][] a) {
    return solve(a, identity(a.length));
  }

  /** By minors of the first row. */
  static double determinant(double[][] a) {
    if (a.length == 0) return 1;
    double sum = 0;
    for (int j = 0; j < a.length; j++) {
      var minor = new double[a.length - 1][a.length - 1];
      for (int i = 1; i < a.length; i++) for (int k = 0; k < a.length - 1; k++) minor[i - 1][k] = a[i][k < j ? k : k + 1];
      sum += (j % 2 == 0 ? 1 : -1) * a[0][j] * determinant(minor);
    }
    return sum;
  }

  /** What a column leaves is taken off the columns behind it. */
  static double[][] cholesky(double[][] matrix) {
    int n = matrix.length;
    var a = new double[n][];
    for (int i = 0; i < n; i++) a[i] = matrix[i].clone();
    var l = new double[n][n];
    for (int j = 0; j < n; j++) {
      for (int i = j; i < n; i++) l[i][j] = a[i][j] / Math.sqrt(a[j][j]);
      for (int i = j + 1; i < n; i++) for (int k = j + 1; k <= i; k++) a[i][k] -= l[i][j] * l[k][j];
    }
    return l;
  }

  /** With zeros (or ones on the diagonal) where a triangular solver does not look. */
  static double[][] triangle(double[][] a, boolean lower, boolean unit) {
    var one = new double[a.length][a.length];
    for (int i = 0; i < a.length; i++) {
      for (int j = 0; j < a.length; j++) one[i][j] = i == j ? unit ? 1 : a[i][i] : lower == j < i ? a[i][j] : 0;
    }
    return one;
  }
}
