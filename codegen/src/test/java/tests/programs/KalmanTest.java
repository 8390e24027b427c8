package tests.programs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static weft.Tensors.*;

import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import tests.Modes;
import tests.Slopes;
import weft.graph.Expr;
import weft.runtime.DType;
import weft.runtime.Tensor;

/**
 * The log-likelihood of a Kalman filter (Kalman, 1960) that follows a place and its speed by two noisy readings of it, in a scan, with
 * gradients by its noise: against a plain loop with the inverse of a 2 by 2 matrix written out.
 */
class KalmanTest {
  private static final double[][] READS = {{1, 0}, {1, 0.5}};
  private static final double[] PROCESS = {-1.5, -2};
  private static final double[] SENSORS = {-0.5, 0.3};

  private final SplittableRandom random = new SplittableRandom(3);

  private static Expr square(Expr a, Expr p) {
    return a.dot(p).dot(transpose(a, 1, 0));
  }

  /**
   * By Cholesky factors, or by elimination.
   *
   * @param process logarithms of the variances of the noise that moves place and speed
   * @param sensors logarithms of those of the two readings
   */
  private static Expr logLikelihood(Expr readings, Expr pace, Expr process, Expr sensors, boolean byFactors) {
    DType dtype = readings.dtype();
    Expr move = stack(0, stack(0, full(1, dtype), pace), stack(0, full(0, dtype), full(1, dtype)));
    Expr reads = constant(Tensor.of(READS).to(dtype));
    return scan("kalman").over(readings).carry(zeros(dtype, 2), eye(2, 2, 0, dtype), full(0, dtype)).run(s -> {
      Expr mean = move.dot(s.prev(0));
      Expr spread = square(move, s.prev(1)).plus(diag(exp(process)));
      Expr off = s.row().minus(reads.dot(mean));
      Expr both = square(reads, spread).plus(diag(exp(sensors)));
      Expr cross = reads.dot(spread);
      Expr l = byFactors ? cholesky(both) : both;
      Expr gain = byFactors ? choleskySolve(l, cross) : solve(both, cross);
      Expr whitened = byFactors ? choleskySolve(l, off) : solve(both, off);
      Expr logDet = byFactors ? log(diagonal(l)).sum().times(2) : logDet(both);
      Expr now = off.dot(whitened).plus(logDet).plus(2 * Math.log(2 * Math.PI)).times(-0.5);
      s.next(mean.plus(off.dot(gain)), spread.minus(transpose(cross, 1, 0).dot(gain)), s.prev(2).plus(now));
    }).last(2);
  }

  private static double plain(double[][] readings, double pace) {
    double x = 0;
    double v = 0;
    double xx = 1;
    double xv = 0;
    double vv = 1;
    double sum = 0;
    for (double[] y : readings) {
      x += pace * v;
      xx += 2 * pace * xv + pace * pace * vv + Math.exp(PROCESS[0]);
      xv += pace * vv;
      vv += Math.exp(PROCESS[1]);
      double h = READS[1][1];
      double one = y[0] - x;
      double two = y[1] - x - h * v;
      double a = xx + Math.exp(SENSORS[0]);
      double b = xx + h * xv;
      double c = xx + 2 * h * xv + h * h * vv + Math.exp(SENSORS[1]);
      double det = a * c - b * b;
      sum -= 0.5 * ((c * one * one - 2 * b * one * two + a * two * two) / det + Math.log(det) + 2 * Math.log(2 * Math.PI));
      double bx = xx + h * xv;
      double bv = xv + h * vv;
      double gx1 = (xx * c - bx * b) / det;
      double gx2 = (bx * a - xx * b) / det;
      double gv1 = (xv * c - bv * b) / det;
      double gv2 = (bv * a - xv * b) / det;
      x += gx1 * one + gx2 * two;
      v += gv1 * one + gv2 * two;
      double nextXx = xx - gx1 * xx - gx2 * bx;
      double nextXv = xv - gx1 * xv - gx2 * bv;
      vv -= gv1 * xv + gv2 * bv;
      xx = nextXx;
      xv = nextXv;
    }
    return sum;
  }

  private double[][] readings(int count) {
    double[][] readings = new double[count][2];
    for (int t = 0; t < count; t++) {
      readings[t][0] = 0.3 * t + random.nextDouble(-1, 1);
      readings[t][1] = 0.3 * t + 0.1 + random.nextDouble(-1, 1);
    }
    return readings;
  }

  @Test
  void likelihoodAndSlopes() {
    for (boolean byFactors : new boolean[] {true, false}) {
      Expr y = matrix("y", F64, dim("time"), 2);
      Expr pace = scalar("pace", F64);
      Expr process = vector("process", F64, 2);
      Expr sensors = vector("sensors", F64, 2);
      Expr value = logLikelihood(y, pace, process, sensors, byFactors);
      var inputs = List.of(y, pace, process, sensors);
      for (int count : new int[] {0, 1, 12}) {
        double[][] readings = readings(count);
        Object given = count == 0 ? Tensor.zeros(F64, 0, 2) : readings;
        Tensor[] all = Slopes.check(inputs, value, List.of(pace, process, sensors), given, 0.4, PROCESS, SENSORS);
        assertThat(all[3].item()).isCloseTo(plain(readings, 0.4), within(1e-10));
      }
    }
  }

  @Test
  void inSinglePrecision() {
    Expr y = matrix("y", dim("time"), 2);
    Expr process = vector("process", 2);
    Expr value = logLikelihood(y, constant(0.4f), process, constant(Tensor.of((float) SENSORS[0], (float) SENSORS[1])), true);
    double[][] readings = readings(20);
    Tensor found = Modes.function(y, process).returns(value, grad(value, process)).f32Within(1e-4)
        .call(Tensor.of(readings).to(F32), new float[] {(float) PROCESS[0], (float) PROCESS[1]});
    assertThat(found.item()).isCloseTo(plain(readings, 0.4), within(2e-3));
  }
}
