package weft.codegen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static weft.codegen.Loops.*;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.ServiceLoader;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import weft.loop.BackEnd;
import weft.loop.Buffer;
import weft.loop.Compiled;
import weft.loop.Fun;
import weft.loop.LoopProgram;
import weft.loop.Value;
import weft.runtime.DType;
import weft.runtime.WeftException;
import weft.type.Dim;
import weft.type.Symbol;

/** The back end as a whole: a service without state whose classes come and go. */
class BytecodeBackEndTest {
  private final Buffer z = out("z", DType.I32, 1000);
  private final Symbol i = var("i");

  private LoopProgram squares() {
    Value here = new Value.Position(d(i));
    return program(1, loop(i, Dim.of(1000), store(z, i, call(Fun.MUL, here, here))));
  }

  @Test
  void isFoundAsService() {
    assertThat(ServiceLoader.load(BackEnd.class)).extracting(BackEnd::name).contains("bytecode");
  }

  /** One back end and one program serve all threads, each with arrays of its own. */
  @Test
  void manyThreads() throws Exception {
    var backEnd = new BytecodeBackEnd();
    LoopProgram program = squares();
    Compiled shared = backEnd.compile(program);
    var pool = Executors.newFixedThreadPool(4);
    try {
      var results = new ArrayList<Future<int[]>>();
      for (int n = 0; n < 40; n++) {
        boolean own = n % 2 == 0;
        results.add(pool.submit(() -> {
          int[] array = new int[1000];
          (own ? backEnd.compile(program) : shared).run(new Object[] {array}, new int[0]);
          return array;
        }));
      }
      for (Future<int[]> result : results) {
        for (int k = 0; k < 1000; k++) assertThat(result.get()[k]).isEqualTo(k * k);
      }
    } finally {
      pool.shutdown();
    }
  }

  /** The class goes when the program does, so that compiling again and again fills no memory. */
  @Test
  void classesAreUnloaded() throws Exception {
    var emitted = (Emitted) new BytecodeBackEnd().compile(squares());
    var type = new WeakReference<Class<?>>(emitted.entry().getClass());
    assertThat(type.get().isHidden()).isTrue();
    emitted = null;
    for (int n = 0; n < 50 && type.get() != null; n++) {
      System.gc();
      Thread.sleep(20);
    }
    assertThat(type.get()).isNull();
  }

  @Test
  void aClassThatIsNoneIsOurMistake() {
    assertThatThrownBy(() -> Definer.hidden(new byte[] {1, 2, 3, 4}))
        .isInstanceOfSatisfying(WeftException.class,
            e -> assertThat(e.kind()).isEqualTo(WeftException.Kind.INTERNAL))
        .hasMessageStartingWith("the emitted class is not valid");
  }
}
