package tests.semantics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static tests.semantics.Cases.assertNumbers;
import static weft.Tensors.*;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import tests.Modes;
import weft.RandomStream;
import weft.graph.Expr;
import weft.runtime.Tensor;

/**
 * Chains of random draws inside recurrent programs, against the same programs in plain Java: the RNN-RBM (Boulanger-Lewandowski et al.,
 * 2012), trained by contrastive divergence and sampled from, and Hamiltonian Monte Carlo with a gradient inside its step.
 */
class GibbsProgramsTest {
  private static final long SEED = 42;
  private static final int VISIBLE = 4;
  private static final int HIDDEN = 3;
  private static final int RECURRENT = 2;
  private static final int GIBBS = 3;
  private static final double RATE = .1;
  private static final String[] NAMES = {"W", "bv", "bh", "Wuh", "Wuv", "Wvu", "Wuu", "bu"};
  private static final int[][] SHAPES = {{VISIBLE, HIDDEN}, {VISIBLE}, {HIDDEN}, {RECURRENT, HIDDEN}, {RECURRENT, VISIBLE},
      {VISIBLE, RECURRENT}, {RECURRENT, RECURRENT}, {RECURRENT}};

  private static PlainRandom draw(int k) {
    return PlainRandom.stream(SEED, k);
  }

  private static double sigmoidOf(double x) {
    return 1 / (1 + Math.exp(-x));
  }

  /** The net, symbolically. */
  private static final class Net {
    final List<Expr> p = new ArrayList<>();
    final RandomStream rng = new RandomStream(SEED);

    Net(double[][] values) {
      for (int i = 0; i < values.length; i++) p.add(param(NAMES[i], Tensor.wrap(values[i].clone(), SHAPES[i])));
    }

    Expr hiddenBias(Expr u) {
      return p.get(2).plus(u.dot(p.get(3)));
    }

    Expr visibleBias(Expr u) {
      return p.get(1).plus(u.dot(p.get(4)));
    }

    Expr next(Expr v, Expr u) {
      return tanh(v.dot(p.get(5)).plus(u.dot(p.get(6))).plus(p.get(7)));
    }

    Expr gibbs(Expr v, Expr bv, Expr bh) {
      return scan().steps(GIBBS).carry(v).run(s -> {
        Expr h = rng.bernoulli(sigmoid(s.prev().dot(p.get(0)).plus(bh)));
        s.next(rng.bernoulli(sigmoid(h.dot(p.get(0).transpose()).plus(bv))));
      }).last();
    }

    Expr freeEnergy(Expr v, Expr bv, Expr bh) {
      return v.times(bv).sum().plus(softplus(v.dot(p.get(0)).plus(bh)).sum()).neg();
    }
  }

  /** The same in plain Java. */
  private record Plain(double[][] p) {
    double at(int i, int row, int column) {
      return p[i][row * SHAPES[i][1] + column];
    }

    double[] affine(double[] bias, double[] x, int i) {
      double[] y = bias.clone();
      for (int c = 0; c < y.length; c++) for (int r = 0; r < x.length; r++) y[c] += x[r] * at(i, r, c);
      return y;
    }

    double[] next(double[] v, double[] u) {
      double[] y = affine(affine(p[7], v, 5), u, 6);
      for (int i = 0; i < y.length; i++) y[i] = Math.tanh(y[i]);
      return y;
    }

    /** One step of Gibbs sampling; element e of the draws belongs to the first unit. */
    double[] gibbs(double[] v, double[] bv, double[] bh, PlainRandom forH, PlainRandom forV, int row) {
      double[] h = affine(bh, v, 0);
      for (int j = 0; j < HIDDEN; j++) h[j] = forH.uniform64(row * HIDDEN + j) < sigmoidOf(h[j]) ? 1 : 0;
      var out = new double[VISIBLE];
      for (int i = 0; i < VISIBLE; i++) {
        double sum = bv[i];
        for (int j = 0; j < HIDDEN; j++) sum += h[j] * at(0, i, j);
        out[i] = forV.uniform64(row * VISIBLE + i) < sigmoidOf(sum) ? 1 : 0;
      }
      return out;
    }

    double freeEnergy(double[] v, double[] bv, double[] bh) {
      double sum = 0;
      for (int i = 0; i < VISIBLE; i++) sum -= v[i] * bv[i];
      for (double x : affine(bh, v, 0)) sum -= Math.log1p(Math.exp(x));
      return sum;
    }

    /** How much more likely the data are than what the chain came to, where samples are given (null: empty to fill). */
    double cost(double[][] v, double[][] samples, PlainRandom forH, PlainRandom forV) {
      var u = new double[RECURRENT];
      double cost = 0;
      for (int t = 0; t < v.length; t++) {
        double[] bv = affine(p[1], u, 4);
        double[] bh = affine(p[2], u, 3);
        if (samples[t] == null) {
          samples[t] = v[t];
          PlainRandom h = forH;
          PlainRandom w = forV;
          for (int k = 0; k < GIBBS; k++, h = h.next(), w = w.next()) samples[t] = gibbs(samples[t], bv, bh, h, w, t);
        }
        cost += freeEnergy(v[t], bv, bh) - freeEnergy(samples[t], bv, bh);
        u = next(v[t], u);
      }
      return cost / v.length;
    }
  }

  private static double[][] values() {
    var r = new Random(7);
    var values = new double[SHAPES.length][];
    for (int i = 0; i < SHAPES.length; i++) {
      values[i] = new double[Arrays.stream(SHAPES[i]).reduce(1, (a, b) -> a * b)];
      for (int k = 0; k < values[i].length; k++) values[i][k] = r.nextGaussian() * .7;
    }
    return values;
  }

  /** P3: a step of training, its gradients held to finite differences of the plain cost with the samples kept. */
  @Test
  void p3_rnnRbmLearnsByContrastiveDivergence() {
    double[][] values = values();
    var net = new Net(values);
    Expr v = matrix("v", F64, dim("time"), VISIBLE);
    var biases = scan().over(v).carry(zeros(F64, RECURRENT)).run(s -> {
      s.emit(net.visibleBias(s.prev()), net.hiddenBias(s.prev()));
      s.next(net.next(s.row(), s.prev()));
    });
    Expr bv = biases.emitted(0);
    Expr bh = biases.emitted(1);
    Expr sample = zeroGrad(net.gibbs(v, bv, bh));
    Expr cost = net.freeEnergy(v, bv, bh).minus(net.freeEnergy(sample, bv, bh)).div(extent(v, 0).cast(F64));
    var train = Modes.function(v).returns(cost, sample).updates(sgd(cost, net.p, RATE));
    double[][] data = {{1, 0, 0, 1}, {0, 1, 0, 1}, {1, 1, 0, 0}, {0, 0, 1, 1}, {1, 0, 1, 0}};
    Tensor[] got = train.callAll((Object) data);

    int draws = net.rng.parameters().size();
    var samples = new double[data.length][];
    var plain = new Plain(values);
    double expected = plain.cost(data, samples, draw(draws - 2), draw(draws - 1));
    assertNumbers(got[1], Arrays.stream(samples).flatMapToDouble(Arrays::stream).toArray());
    assertThat(got[0].item()).isCloseTo(expected, within(1e-12));
    assertThat(Arrays.deepEquals(samples, data)).isFalse();
    for (int i = 0; i < values.length; i++) {
      double[] now = parameter(net.p.get(i)).get().toDoubles();
      for (int k = 0; k < now.length; k++) {
        double was = values[i][k];
        values[i][k] = was + 1e-5;
        double up = plain.cost(data, samples, null, null);
        values[i][k] = was - 1e-5;
        double down = plain.cost(data, samples, null, null);
        values[i][k] = was;
        assertThat(now[k]).as("%s[%d]", NAMES[i], k).isCloseTo(was - RATE * (up - down) / 2e-5, within(1e-9));
      }
    }
  }

  /** P3: sampling, a scan with a chain in each step; every step of every chain draws anew. */
  @Test
  void p3_rnnRbmWritesAsTheSeedSays() {
    double[][] values = values();
    var net = new Net(values);
    Expr n = scalar("n", I32);
    Expr rows = scan().steps(n).carry(zeros(F64, RECURRENT)).run(s -> {
      Expr v = net.gibbs(zeros(F64, VISIBLE), net.visibleBias(s.prev()), net.hiddenBias(s.prev()));
      s.emit(v);
      s.next(net.next(v, s.prev()));
    }).emitted();
    var generate = Modes.function(n).returns(rows);
    int draws = net.rng.parameters().size();
    PlainRandom forH = draw(draws - 2);
    PlainRandom forV = draw(draws - 1);
    var plain = new Plain(values);
    for (int steps : new int[] {200, 7}) {
      double[] got = generate.call(steps).toDoubles();
      var u = new double[RECURRENT];
      for (int t = 0; t < steps; t++) {
        double[] bv = plain.affine(values[1], u, 4);
        double[] bh = plain.affine(values[2], u, 3);
        var v = new double[VISIBLE];
        for (int k = 0; k < GIBBS; k++, forH = forH.next(), forV = forV.next()) v = plain.gibbs(v, bv, bh, forH, forV, 0);
        assertThat(Arrays.copyOfRange(got, t * VISIBLE, (t + 1) * VISIBLE)).as("step %d", t).containsExactly(v);
        u = plain.next(v, u);
      }
    }
  }

  private static Expr energy(Expr q) {
    return q.pow(4).div(4).plus(sqr(q).div(2)).sum();
  }

  private static double energyOf(double[] q) {
    return Arrays.stream(q).map(x -> x * x * x * x / 4 + x * x / 2).sum();
  }

  /** D27: leapfrog steps with the gradient of the energy taken inside the step, then accepted or not (Neal, 2011). */
  @Test
  void d27_hamiltonianMonteCarlo() {
    int d = 3;
    int leaps = 5;
    double eps = .75;
    var rng = new RandomStream(SEED);
    Expr start = vector("q", F64, d);
    Expr n = scalar("n", I32);
    Expr chain = scan().steps(n).carry(start).run(s -> {
      Expr q = s.prev();
      Expr p = rng.normal(zeros(F64, d), 1);
      Expr half = p.minus(grad(energy(q), q).times(eps / 2));
      var leap = scan().steps(leaps).carry(q, half).run(l -> {
        Expr moved = l.prev(0).plus(l.prev(1).times(eps));
        l.next(moved, l.prev(1).minus(grad(energy(moved), moved).times(eps)));
      });
      Expr end = leap.last(0);
      Expr momentum = leap.last(1).plus(grad(energy(end), end).times(eps / 2));
      Expr before = energy(q).plus(sqr(p).sum().div(2));
      Expr after = energy(end).plus(sqr(momentum).sum().div(2));
      s.next(where(rng.uniform(constant(0.), constant(1.)).lt(exp(before.minus(after))), end, q));
    }).all(0);
    double[] q = {.5, -1, 2};
    int steps = 40;
    double[] got = Modes.function(n, start).returns(chain).call(steps, q).toDoubles();

    int draws = rng.parameters().size();
    PlainRandom normals = draw(draws - 2);
    PlainRandom uniforms = draw(draws - 1);
    int refused = 0;
    for (int t = 0; t < steps; t++, normals = normals.next(), uniforms = uniforms.next()) {
      var p = new double[d];
      for (int i = 0; i < d; i++) p[i] = normals.normal64(i);
      double before = energyOf(q) + Arrays.stream(p).map(x -> x * x).sum() / 2;
      double[] at = q.clone();
      for (int i = 0; i < d; i++) p[i] -= eps / 2 * (at[i] * at[i] * at[i] + at[i]);
      for (int l = 0; l < leaps; l++) {
        for (int i = 0; i < d; i++) {
          at[i] += eps * p[i];
          p[i] -= eps * (at[i] * at[i] * at[i] + at[i]);
        }
      }
      for (int i = 0; i < d; i++) p[i] += eps / 2 * (at[i] * at[i] * at[i] + at[i]);
      double after = energyOf(at) + Arrays.stream(p).map(x -> x * x).sum() / 2;
      if (uniforms.uniform64(0) < Math.exp(before - after)) q = at;
      else refused++;
      for (int i = 0; i < d; i++) assertThat(got[t * d + i]).as("step %d", t).isCloseTo(q[i], within(1e-9));
    }
    assertThat(refused).isBetween(1, steps - 1);
  }
}
