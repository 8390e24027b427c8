package weft;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import weft.graph.Apply;
import weft.graph.Expr;
import weft.graph.Graphs;
import weft.graph.Lambda;
import weft.op.Ops;
import weft.op.Scan;
import weft.runtime.Parameter;
import weft.type.Dim;
import weft.type.TensorType;

/**
 * Carries of which a step sees values of long ago, without handing each value on from step to step: as many steps as the nearest of such
 * taps reaches back make a block, and what a block sees there are rows that blocks before it gave, so to it they are sequences. A scan
 * over blocks carries the rows of the past; steps that fill no block come behind.
 */
final class FarTaps {
  /** So many steps back a value is handed on from step to step; with {@code -Dweft.tiny=true} only to the next one. */
  static final int NEAR = Boolean.getBoolean("weft.tiny") ? 1 : 64;
  /** So many where blocks will not do: in a scan that stops by itself, or cuts or recomputes gradients. */
  static final int MOST = 1000;

  /**
   * A tap.
   *
   * @param past which of the pasts it reads
   * @param carry which carry of the scan becomes the rows of that past
   * @param back how many steps ago
   */
  record Tap(int past, int carry, int back) {}

  private final Scan scan;
  private final List<Tap> taps;
  private final List<Expr> inputs;
  private final List<Expr> pasts;
  private final int block;
  private final Dim blocks;
  private final Dim rest;

  private FarTaps(Apply whole, List<Tap> taps, List<Expr> pasts) {
    this.scan = (Scan) whole.op();
    this.taps = taps;
    this.pasts = new ArrayList<>(pasts);
    this.inputs = new ArrayList<>(whole.inputs());
    for (int i = 0; i < scan.sequences(); i++) inputs.set(i, inTime(inputs.get(i)));
    this.block = taps.stream().mapToInt(Tap::back).min().getAsInt();
    this.blocks = scan.length().floorDiv(block);
    this.rest = scan.length().minus(blocks.times(block));
  }

  /**
   * The outputs of a scan whose last sequences stand for what far taps see.
   *
   * @param taps one for each of those sequences, in order
   * @param pasts the rows of each past before the first step, the oldest first
   */
  static List<Expr> of(Apply whole, List<Tap> taps, List<Expr> pasts) {
    return new FarTaps(whole, taps, pasts).outputs();
  }

  /** How far the taps of a carry reach back. */
  static int depth(ScanBuilder.Start s) {
    return s.taps() == null ? 1 : -s.taps().first();
  }

  /** How many steps back a value is handed on from step to step; what taps see beyond that they see as rows of the past. */
  static int handedOn(ScanBuilder.Start s) {
    if (depth(s) <= NEAR) return depth(s);
    return IntStream.of(s.taps().offsets()).map(t -> -t).filter(back -> back <= NEAR).max().orElse(1);
  }

  /** Rows in the order in which steps are taken, and back again. */
  private Expr inTime(Expr rows) {
    return scan.reverse() ? Ops.reverse(rows, 0) : rows;
  }

  private int plain() {
    return scan.sequences() - taps.size();
  }

  private List<Expr> outputs() {
    var lasts = new ArrayList<>(inputs.subList(scan.sequences(), scan.sequences() + scan.carries()));
    var stacked = new ArrayList<List<Expr>>();
    for (int i = 0; i < scan.carries() + scan.stacked(); i++) stacked.add(new ArrayList<>());
    for (int i = 0; i < scan.carries(); i++) stacked.get(i).add(Ops.expandDims(lasts.get(i), 0));
    boolean even = rest.is(0);
    if (!blocks.is(0)) overBlocks(lasts, stacked, even ? scan.updated() : List.of());
    if (!even) overRest(lasts, stacked);
    var outputs = new ArrayList<>(lasts);
    for (List<Expr> rows : stacked) {
      outputs.add(rows.isEmpty() ? empty(outputs.size()) : inTime(rows.size() == 1 ? rows.get(0) : Ops.concat(0, rows)));
    }
    return outputs;
  }

  /** An output of a scan that is known to take no steps. */
  private Expr empty(int output) {
    TensorType row = scan.stackedResult(output - 2 * scan.carries()).type();
    return Ops.constant(0, row.stacked(Dim.ZERO));
  }

  private void overBlocks(List<Expr> lasts, List<List<Expr>> stacked, List<Parameter> updated) {
    var variables = new ArrayList<Expr>();
    var given = new ArrayList<Expr>();
    for (int i = 0; i < plain(); i++) {
      Expr own = scan.sequenceVariable(i);
      TensorType rows = own.type().stacked(Dim.of(block));
      given.add(Ops.reshape(Ops.slice(inputs.get(i), 0, Dim.ZERO, blocks.times(block)), rows.stacked(blocks).dims()));
      variables.add(Graphs.variable(rows, own.name(), "rows of a block"));
    }
    var before = new ArrayList<Expr>();
    for (Expr past : pasts) before.add(Graphs.variable(past.type(), "past", "rows before a block"));
    variables.addAll(before);
    given.addAll(pasts);
    List<Expr> others = scan.body().variables().subList(scan.sequences(), scan.body().variables().size());
    var own = new ArrayList<Expr>();
    for (Expr v : others) own.add(Graphs.freshVariable(v));
    variables.addAll(own);
    given.addAll(inputs.subList(scan.sequences(), inputs.size()));

    var inner = new ArrayList<>(variables.subList(0, plain()));
    for (Tap tap : taps) inner.add(seen(tap, before.get(tap.past()), Dim.of(block)));
    inner.addAll(own);
    Apply steps = apply(scan.label(), scan.body(), scan.sequences(), scan.carries(), Dim.of(block), List.of(), inner);
    var results = new ArrayList<Expr>();
    for (int p = 0; p < pasts.size(); p++) results.add(later(p, before.get(p), after(steps, carryOf(p), Dim.of(block))));
    for (int i = 0; i < scan.carries(); i++) results.add(steps.output(scan.last(i)));
    for (int i = 0; i < scan.carries(); i++) results.add(after(steps, i, Dim.of(block)));
    for (int i = 0; i < scan.stacked(); i++) results.add(steps.output(scan.ys(i)));

    Apply all = apply(scan.label() + ".blocks", new Lambda(variables, results), plain(), pasts.size() + scan.carries(), blocks, updated,
        given);
    var op = (Scan) all.op();
    for (int p = 0; p < pasts.size(); p++) pasts.set(p, all.output(op.last(p)));
    for (int i = 0; i < scan.carries(); i++) lasts.set(i, all.output(op.last(pasts.size() + i)));
    for (int i = 0; i < op.stacked(); i++) {
      Expr rows = all.output(op.ys(i));
      stacked.get(i).add(Ops.reshape(rows, rows.type().row().row().stacked(blocks.times(block)).dims()));
    }
  }

  /** The steps that fill no block. */
  private void overRest(List<Expr> lasts, List<List<Expr>> stacked) {
    var given = new ArrayList<Expr>();
    for (int i = 0; i < plain(); i++) given.add(Ops.slice(inputs.get(i), 0, blocks.times(block), rest));
    for (Tap tap : taps) given.add(seen(tap, pasts.get(tap.past()), rest));
    given.addAll(lasts);
    given.addAll(inputs.subList(scan.sequences() + scan.carries(), inputs.size()));
    Apply steps = apply(scan.label(), scan.body(), scan.sequences(), scan.carries(), rest, scan.updated(), given);
    for (int i = 0; i < scan.carries(); i++) {
      lasts.set(i, steps.output(scan.last(i)));
      stacked.get(i).add(after(steps, i, rest));
    }
    for (int i = 0; i < scan.stacked(); i++) stacked.get(scan.carries() + i).add(steps.output(scan.ys(i)));
  }

  private static Apply apply(String label, Lambda body, int sequences, int carries, Dim length, List<Parameter> updated, List<Expr> given) {
    return Apply.of(new Scan(label, body, sequences, carries, length, length, false, updated, false), given);
  }

  /** What a tap sees in so many steps, of the rows before them. */
  private static Expr seen(Tap tap, Expr past, Dim steps) {
    return Ops.slice(past, 0, past.dim(0).minus(tap.back()), steps);
  }

  private Expr after(Apply steps, int carry, Dim length) {
    return Ops.slice(steps.output(scan.trajectory(carry)), 0, Dim.ONE, length);
  }

  private int carryOf(int past) {
    return taps.stream().filter(t -> t.past() == past).findFirst().get().carry();
  }

  /** The past of the next block. */
  private Expr later(int past, Expr before, Expr rows) {
    Dim kept = pasts.get(past).dim(0).minus(block);
    return kept.is(0) ? rows : Ops.concat(0, List.of(Ops.slice(before, 0, Dim.of(block), kept), rows));
  }
}
