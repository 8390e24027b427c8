package weft.benchmarks;

import java.util.Arrays;
import java.util.List;
import java.util.function.BiPredicate;
import weft.Backend;
import weft.benchmarks.peer.Dl4jContender;
import weft.benchmarks.peer.OnnxRuntimeContender;
import weft.benchmarks.peer.PyTorchContender;
import weft.benchmarks.peer.WeftContender;

/** The systems that take part: what each can do, how its process is started, and its one class. */
public enum Entrant {
  WEFT("weft", List.of("--add-modules", "jdk.incubator.vector"), (c, mode) -> true,
      (c, mode, data, threads) -> new WeftContender(c, mode, data, 0, threads, Backend.BYTECODE)),
  WEFT_SCALAR("weft-scalar", List.of("-Dweft.simd=off"), (c, mode) -> true,
      (c, mode, data, threads) -> new WeftContender(c, mode, data, 1, threads, Backend.BYTECODE)),
  /** The same loops as generated source, which one thread runs; takes part only where it is named. */
  WEFT_SOURCE("weft-source", List.of("--add-modules", "jdk.incubator.vector"), (c, mode) -> true,
      (c, mode, data, threads) -> new WeftContender(c, mode, data, 0, 1, Backend.SOURCE)),
  /** The same without vectors; takes part only where it is named. */
  WEFT_SCALAR_SOURCE("weft-scalar-source", List.of("-Dweft.simd=off"), (c, mode) -> true,
      (c, mode, data, threads) -> new WeftContender(c, mode, data, 1, 1, Backend.SOURCE)),
  PYTORCH("pytorch", List.of(), (c, mode) -> true,
      (c, mode, data, threads) -> new PyTorchContender(c, mode, data, threads)),
  ONNX_RUNTIME("onnxruntime", List.of(), (c, mode) -> mode == Mode.INFERENCE,
      (c, mode, data, threads) -> new OnnxRuntimeContender(c, mode, data, threads)),
  DL4J("dl4j", List.of(), (c, mode) -> c.cell() != Cell.GRU,
      (c, mode, data, threads) -> new Dl4jContender(c, mode, data, threads));

  /** Opens a system; loads its native parts. */
  interface Opener {
    Contender open(Case c, Mode mode, Data data, int threads);
  }

  private final String key;
  private final List<String> jvmArgs;
  private final BiPredicate<Case, Mode> able;
  private final Opener opener;

  Entrant(String key, List<String> jvmArgs, BiPredicate<Case, Mode> able, Opener opener) {
    this.key = key;
    this.jvmArgs = jvmArgs;
    this.able = able;
    this.opener = opener;
  }

  /** The name in results. */
  public String key() {
    return key;
  }

  /** Arguments of the process that measures this system. */
  public List<String> jvmArgs() {
    return jvmArgs;
  }

  /** Whether a run that names no systems leaves it out: it is another form of one that takes part. */
  public boolean isExtra() {
    return this == WEFT_SOURCE || this == WEFT_SCALAR_SOURCE;
  }

  public boolean able(Case c, Mode mode) {
    return able.test(c, mode);
  }

  public Contender open(Data data, Mode mode, int threads) {
    return opener.open(data.of(), mode, data, threads);
  }

  public static Entrant of(String key) {
    return Arrays.stream(values()).filter(e -> e.key.equals(key)).findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no system " + key));
  }
}
