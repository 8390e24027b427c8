package weft.benchmarks;

import static weft.benchmarks.ReferenceProducts.sigmoid;

/** One recurrent layer by the book: forward through all steps, and backward through time. */
final class ReferenceLayer {
  private final Cell cell;
  private final int batch;
  private final int in;
  private final int hidden;
  private final int columns;
  final double[] w;
  final double[] u;
  final double[] b;
  final double[] c;
  final double[] dw;
  final double[] du;
  final double[] db;
  final double[] dc;
  private double[][] xs;
  private double[][] gates;
  private double[][] recurrent;
  private double[][] cells;
  private double[][] states;

  /** The bias c of the recurrent product is null for cells without one. */
  ReferenceLayer(Cell cell, int batch, int in, int hidden, double[] w, double[] u, double[] b, double[] c) {
    this.cell = cell;
    this.batch = batch;
    this.in = in;
    this.hidden = hidden;
    this.columns = cell.gates() * hidden;
    this.w = w;
    this.u = u;
    this.b = b;
    this.c = c;
    dw = new double[w.length];
    du = new double[u.length];
    db = new double[b.length];
    dc = c == null ? null : new double[c.length];
  }

  /** All states (time, batch · hidden) from rows (time, batch · in) and a state and cell of zeros. */
  double[][] forward(double[][] inputs) {
    int time = inputs.length;
    xs = inputs;
    gates = new double[time][batch * columns];
    recurrent = new double[time][batch * columns];
    cells = new double[time + 1][batch * hidden];
    states = new double[time + 1][batch * hidden];
    for (int t = 0; t < time; t++) {
      ReferenceProducts.addRow(b, gates[t], batch);
      ReferenceProducts.add(xs[t], w, gates[t], batch, in, columns);
      if (c != null) {
        ReferenceProducts.addRow(c, recurrent[t], batch);
      }
      ReferenceProducts.add(states[t], u, recurrent[t], batch, hidden, columns);
      for (int r = 0; r < batch; r++) {
        for (int j = 0; j < hidden; j++) {
          step(t, r * columns + j, r * hidden + j);
        }
      }
    }
    var out = new double[time][];
    System.arraycopy(states, 1, out, 0, time);
    return out;
  }

  private void step(int t, int at, int to) {
    var pre = gates[t];
    var rec = recurrent[t];
    int h = hidden;
    switch (cell) {
      case ELMAN -> {
        pre[at] = Math.tanh(pre[at] + rec[at]);
        states[t + 1][to] = pre[at];
      }
      case LSTM -> {
        pre[at] = sigmoid(pre[at] + rec[at]);
        pre[at + h] = sigmoid(pre[at + h] + rec[at + h]);
        pre[at + 2 * h] = Math.tanh(pre[at + 2 * h] + rec[at + 2 * h]);
        pre[at + 3 * h] = sigmoid(pre[at + 3 * h] + rec[at + 3 * h]);
        cells[t + 1][to] = pre[at + h] * cells[t][to] + pre[at] * pre[at + 2 * h];
        states[t + 1][to] = pre[at + 3 * h] * Math.tanh(cells[t + 1][to]);
      }
      case GRU -> {
        pre[at] = sigmoid(pre[at] + rec[at]);
        pre[at + h] = sigmoid(pre[at + h] + rec[at + h]);
        pre[at + 2 * h] = Math.tanh(pre[at + 2 * h] + pre[at] * rec[at + 2 * h]);
        states[t + 1][to] = (1 - pre[at + h]) * pre[at + 2 * h] + pre[at + h] * states[t][to];
      }
    }
  }

  /** Cotangents of the inputs, from those of the states; those of the parameters are added to dw, du, db, dc. */
  double[][] backward(double[][] cotangents) {
    int time = xs.length;
    var dxs = new double[time][batch * in];
    var dState = new double[batch * hidden];
    var dCell = new double[batch * hidden];
    var dPre = new double[batch * columns];
    var dRec = new double[batch * columns];
    for (int t = time - 1; t >= 0; t--) {
      for (int i = 0; i < dState.length; i++) {
        dState[i] += cotangents[t][i];
      }
      for (int r = 0; r < batch; r++) {
        for (int j = 0; j < hidden; j++) {
          stepBack(t, r * columns + j, r * hidden + j, dState, dCell, dPre, dRec);
        }
      }
      ReferenceProducts.addLeftTurned(xs[t], dPre, dw, batch, in, columns);
      ReferenceProducts.addLeftTurned(states[t], dRec, du, batch, hidden, columns);
      ReferenceProducts.addColumnSums(dPre, db, batch);
      if (dc != null) {
        ReferenceProducts.addColumnSums(dRec, dc, batch);
      }
      ReferenceProducts.addRightTurned(dPre, w, dxs[t], batch, in, columns);
      ReferenceProducts.addRightTurned(dRec, u, dState, batch, hidden, columns);
    }
    return dxs;
  }

  /** Replaces a state's cotangent by the part that reaches the state before other than through the product. */
  private void stepBack(int t, int at, int to, double[] dState, double[] dCell, double[] dPre, double[] dRec) {
    var a = gates[t];
    int h = hidden;
    double dh = dState[to];
    switch (cell) {
      case ELMAN -> {
        dPre[at] = dh * (1 - a[at] * a[at]);
        dRec[at] = dPre[at];
        dState[to] = 0;
      }
      case LSTM -> {
        double i = a[at];
        double f = a[at + h];
        double g = a[at + 2 * h];
        double o = a[at + 3 * h];
        double squashed = Math.tanh(cells[t + 1][to]);
        double dCellHere = dCell[to] + dh * o * (1 - squashed * squashed);
        dPre[at] = dCellHere * g * i * (1 - i);
        dPre[at + h] = dCellHere * cells[t][to] * f * (1 - f);
        dPre[at + 2 * h] = dCellHere * i * (1 - g * g);
        dPre[at + 3 * h] = dh * squashed * o * (1 - o);
        for (int k = 0; k < 4; k++) {
          dRec[at + k * h] = dPre[at + k * h];
        }
        dCell[to] = dCellHere * f;
        dState[to] = 0;
      }
      case GRU -> {
        double r = a[at];
        double z = a[at + h];
        double n = a[at + 2 * h];
        double dn = dh * (1 - z) * (1 - n * n);
        dPre[at] = dn * recurrent[t][at + 2 * h] * r * (1 - r);
        dPre[at + h] = dh * (states[t][to] - n) * z * (1 - z);
        dPre[at + 2 * h] = dn;
        dRec[at] = dPre[at];
        dRec[at + h] = dPre[at + h];
        dRec[at + 2 * h] = dn * r;
        dState[to] = dh * z;
      }
    }
  }
}
