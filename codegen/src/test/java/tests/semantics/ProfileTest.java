package tests.semantics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static weft.Tensors.*;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import weft.Backend;
import weft.CompiledFunction;
import weft.Mode;
import weft.Recipe;
import weft.graph.Expr;
import weft.pipeline.Profile;
import weft.runtime.Tensor;
import weft.runtime.WeftException;
import weft.runtime.WeftException.Kind;

/** Runs, flops and bytes that were counted by hand, and times that add up; nothing at all without clocks. */
class ProfileTest {
  private final Expr x = Cases.f64("x", dim("n"), 4);

  /** h = h * x_t + 1, four elements of f64 a step: 8 flops; h and x_t are read and h is written, 96 bytes. */
  private Expr last() {
    return scan(x, zeros(F64, 4), (row, h) -> h.times(row).plus(1)).last();
  }

  private static Tensor rows(int n) {
    return Tensor.ofShape(F64, IntStream.range(0, 4 * n).mapToDouble(i -> 1).toArray(), n, 4);
  }

  private static Profile.KernelTime inScan(Profile profile) {
    return profile.kernels().stream().filter(k -> k.scan().equals("scan") && k.flops() > 0).findFirst().orElseThrow();
  }

  @ParameterizedTest
  @EnumSource(Backend.class)
  void countsRunsFlopsAndBytes(Backend backend) {
    CompiledFunction f = function(x).returns(last()).lanes(1).profiled().compile(backend);
    assertThat(f.call(rows(3)).toDoubles()).containsOnly(3);
    assertThat(f.call(rows(5)).toDoubles()).containsOnly(5);
    Profile p = f.profile();
    assertThat(p.function()).isEqualTo("function");
    assertThat(p.calls()).isEqualTo(2);
    assertThat(p.scans()).hasSize(1);
    assertThat(p.scans().get(0).calls()).isEqualTo(2);
    assertThat(inScan(p).calls()).isEqualTo(8);
    assertThat(inScan(p).flops()).isEqualTo(8 * 8);
    assertThat(inScan(p).bytes()).isEqualTo(8 * 96);
    assertThat(inScan(p).at()).startsWith("ProfileTest.java:");
    f.resetProfile();
    assertThat(f.profile().calls()).isZero();
    assertThat(f.profile().kernels()).allSatisfy(k -> assertThat(k.calls() + k.nanos() + k.flops()).isZero());
    f.call(rows(2));
    assertThat(f.profile().scans().get(0).calls()).isEqualTo(1);
  }

  /** The last tile of a product begins some rows earlier where rows are left over, which are computed twice then. */
  @ParameterizedTest
  @ValueSource(ints = {60, 61, 400})
  void countsProductsOfRowsThatOnlyACallKnows(int rows) {
    Expr a = matrix("a", F32, dim("rows"), 20);
    Expr b = matrix("b", F32, 20, 32);
    CompiledFunction f = function(a, b).returns(a.dot(b)).lanes(8).general().profiled().compile();
    f.call(Tensor.of(new float[rows][20]), Tensor.of(new float[20][32]));
    long flops = f.profile().kernels().stream().mapToLong(Profile.KernelTime::flops).sum();
    assertThat(flops).isBetween(2L * rows * 20 * 32, 2L * (rows + 8) * 20 * 32);
  }

  @Test
  void timesAddUp() {
    CompiledFunction f = function(x).returns(last()).profiled().compile();
    for (int i = 0; i < 20; i++) f.call(rows(100));
    Profile p = f.profile();
    long inKernels = p.kernels().stream().filter(k -> k.scan().equals("scan")).mapToLong(Profile.KernelTime::nanos).sum();
    Profile.ScanTime scan = p.scans().get(0);
    assertThat(scan.inside()).isEqualTo(inKernels).isPositive();
    assertThat(scan.overhead()).isEqualTo(scan.nanos() - inKernels).isNotNegative();
    long outside = p.kernels().stream().filter(k -> k.scan().isEmpty()).mapToLong(Profile.KernelTime::nanos).sum();
    assertThat(p.overhead()).isEqualTo(p.nanos() - scan.nanos() - outside).isPositive();
    assertThat(scan.share()).isEqualTo((double) scan.nanos() / p.nanos()).isBetween(0.0, 1.0);
    Profile.KernelTime k = inScan(p);
    assertThat(k.gflops()).isEqualTo((double) k.flops() / k.nanos());
    assertThat(k.gigabytes()).isEqualTo((double) k.bytes() / k.nanos());
    assertThat(p.toString().lines()).anyMatch(l -> l.startsWith("function: 20 calls, ")).anyMatch(l -> l.matches("  scan +runs +ms .*"))
        .anyMatch(l -> l.matches("  kernel +runs +ms +share +ns a run +flops +bytes +GFLOP/s +GB/s +computes"))
        .anyMatch(l -> l.matches("  " + k.name() + " +2,000 .* 16,000 +192,000 .* in scan: .* at ProfileTest.java:.*"));
  }

  @Test
  void scansInScansAreToldApart() {
    Expr m = Cases.f64("m", dim("rows"), dim("columns"));
    Expr sum = scan().over(m).carry(constant(0.0)).name("outer").run(s -> s.next(
        scan().over(s.row()).carry(s.prev()).name("inner").run(t -> t.next(tanh(t.prev().plus(t.row())))).last())).last();
    CompiledFunction f = function(m).returns(sum).profiled().compile();
    f.call(Tensor.of(new double[][] {{1, 2, 3}, {4, 5, 6}}));
    Profile p = f.profile();
    Profile.ScanTime outer = p.scans().get(0);
    Profile.ScanTime inner = p.scans().get(1);
    assertThat(outer.scan()).isEmpty();
    assertThat(inner.scan()).isEqualTo(outer.name());
    assertThat(inner.calls()).isEqualTo(2);
    assertThat(outer.inside()).isGreaterThanOrEqualTo(inner.nanos());
    assertThat(p.kernels().stream().filter(k -> k.scan().equals(inner.name())).mapToLong(Profile.KernelTime::calls).max()).hasValue(6);
  }

  @Test
  void failedCallsCountForNothing() {
    Expr y = require(x.times(2), x.gt(0), "positive").sum();
    CompiledFunction f = function(x).returns(y).profiled().compile();
    f.call(rows(1));
    assertThatThrownBy(() -> f.call(Tensor.zeros(F64, 1, 4))).isInstanceOf(WeftException.class);
    f.call(rows(1));
    assertThat(f.profile().calls()).isEqualTo(2);
    assertThat(f.profile().kernels()).allSatisfy(k -> assertThat(k.nanos()).isBetween(0L, f.profile().nanos()));
  }

  @Test
  void manyThreadsAddUp() throws InterruptedException {
    CompiledFunction f = function(x).returns(last()).profiled().compile();
    var threads = IntStream.range(0, 4).mapToObj(i -> new Thread(() -> {
      for (int k = 0; k < 50; k++) f.call(rows(3));
    })).toList();
    threads.forEach(Thread::start);
    for (Thread t : threads) t.join();
    assertThat(f.profile().calls()).isEqualTo(200);
    assertThat(inScan(f.profile()).calls()).isEqualTo(600);
  }

  @Test
  void withoutThereIsNoClock() {
    CompiledFunction f = function(x).returns(last()).compile();
    assertThat(f.loops()).doesNotContain("clocks");
    assertThat(function(x).returns(last()).profiled().compile().loops()).contains("start clocks[0]");
    assertThatThrownBy(f::profile).isInstanceOfSatisfying(WeftException.class, e -> assertThat(e.kind()).isEqualTo(Kind.UNSUPPORTED))
        .hasMessageContaining("function: nothing measured where its time went").hasMessageContaining("profiled()");
  }

  @Test
  void goesWithEverythingElse() {
    CompiledFunction f = function(x).returns(last()).mode(Mode.CHECKED).profiled().compile();
    f.call(rows(3));
    assertThat(f.profile().calls()).isEqualTo(1);
    CompiledFunction read = Recipe.read(Recipe.of(function(x).returns(last()).profiled())).compile();
    read.call(rows(3));
    assertThat(read.profile().calls()).isEqualTo(1);
    read.warmUp(java.time.Duration.ofMillis(1), rows(2));
    assertThat(read.profile().calls()).isEqualTo(1);
    Expr until = scan().over(x).carry(zeros(F64, 4)).run(s -> s.next(s.prev().plus(s.row())).until(s.prev().sum().gt(11))).last();
    CompiledFunction stops = function(x).returns(until).profiled().compile();
    assertThat(stops.call(rows(9)).toDoubles()).containsOnly(4);
    assertThat(stops.profile().kernels().stream().mapToLong(Profile.KernelTime::calls).max()).hasValue(4);
  }
}
