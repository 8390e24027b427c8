package weft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static weft.FunctionBuilder.function;
import static weft.Program.program;
import static weft.Tensors.*;

import org.junit.jupiter.api.Test;
import weft.graph.Expr;
import weft.runtime.Tensor;
import weft.runtime.WeftException;
import weft.runtime.WeftException.Kind;

/** What a program says when its functions and its interface do not fit. */
class ProgramTest {
  interface Tagger {
    float train(Tensor x, int label, float rate);

    Tensor predict(Tensor x);
  }

  record Both(Tensor hidden, float loss) {}

  record States(Tensor first, Tensor last) {}

  interface Ends {
    States ends(Tensor x);
  }

  interface Results {
    Both both(Tensor x);

    void nothing(Tensor x);

    double number(Tensor x);

    void overloaded();

    void overloaded(int x);
  }

  private static void refused(Runnable call, Kind kind, String message) {
    assertThatThrownBy(call::run).isInstanceOfSatisfying(WeftException.class, e -> assertThat(e.kind()).isEqualTo(kind))
        .satisfies(e -> assertThat(e.getMessage().replaceAll(" at \\w+\\.java:\\d+", " at HERE")).isEqualTo(message));
  }

  private static FunctionBuilder of(Expr... inputs) {
    return function(inputs).onUnusedInput(FunctionBuilder.Unused.IGNORE);
  }

  @Test
  void parametersMustFitInputs() {
    var x = matrix("x", dim("time"), 4);
    var rate = scalar("rate");
    var label = vector("label", I32, 3);
    refused(() -> program(Tagger.class).method("train", of(x, label, rate).returns(x.sum())), Kind.ARGUMENT, """
        program: method train of Tagger does not fit its function
            declared  float train(Tensor, int, float)
            expected  float train(Tensor x, Tensor label, float rate)
          Parameter 2 is int, and input label is i32[3] at HERE.""");
    refused(() -> program(Tagger.class).method("train", function(x).returns(x.sum())), Kind.ARGUMENT, """
        program: method train of Tagger does not fit its function
            declared  float train(Tensor, int, float)
            expected  float train(Tensor x)
          It takes 3, and the function has 1 input.""");
    refused(() -> program(Tagger.class).method("train", of(x, scalar("label", I32), scalar("rate", F64)).returns(x)),
        Kind.ARGUMENT, """
        program: method train of Tagger does not fit its function
            declared  float train(Tensor, int, float)
            expected  Tensor train(Tensor x, int label, double rate)
          Parameter 3 is float, and input rate is f64 at HERE.
          It returns float, and the output is f32[time, 4].""");
  }

  @Test
  void resultsMustFitOutputs() {
    var x = vector("x", 4);
    refused(() -> program(Results.class).method("both", function(x).returns(x.sum(), x)), Kind.ARGUMENT, """
        program: method both of Results does not fit its function
            declared  Both both(Tensor)
            expected  Tensor[] or a record both(Tensor x)
          It returns Both(Tensor, float), and the outputs are f32, f32[4].""");
    refused(() -> program(Results.class).method("nothing", function(x).returns(x)), Kind.ARGUMENT, """
        program: method nothing of Results does not fit its function
            declared  void nothing(Tensor)
            expected  Tensor nothing(Tensor x)
          It returns void, and the output is f32[4].""");
    var w = param("w", zeros(4));
    var step = function(x).updates(new Update(parameter(w), w.plus(x)));
    refused(() -> program(Results.class).method("number", step), Kind.ARGUMENT, """
        program: method number of Results does not fit its function
            declared  double number(Tensor)
            expected  void number(Tensor x)
          It returns double, and the function has no output.""");
    assertThat(program(Results.class).method("both", function(x).returns(x, x.sum())).type()).isEqualTo(Results.class);
  }

  @Test
  void methodsMustBeThereOnce() {
    var x = vector("x", 4);
    refused(() -> program(Tagger.class).method("classify", function(x).returns(x)), Kind.ARGUMENT, """
        program: Tagger has no method classify
            it has  Tensor predict(Tensor)
                    float train(Tensor, int, float)""");
    refused(() -> program(Results.class).method("overloaded", function(x).returns(x)), Kind.ARGUMENT, """
        program: Results has more than one method overloaded
            it has  Both both(Tensor)
                    void nothing(Tensor)
                    double number(Tensor)
                    void overloaded()
                    void overloaded(int)""");
    refused(() -> program(Tagger.class).method("predict", function(x).returns(x)).method("predict", function(x).returns(x)),
        Kind.DUPLICATE, "program: method predict of Tagger is given twice");
    refused(() -> program(Tagger.class).method("predict", function(x).returns(x)).entries(), Kind.ARGUMENT, """
        program: nothing says what these methods of Tagger do
            float train(Tensor, int, float)
          Add method("train", function(…)…).""");
  }

  @Test
  void onlyInterfacesCanBeImplemented() {
    refused(() -> program(Both.class), Kind.ARGUMENT, "program: weft.ProgramTest$Both is no interface that a class may implement"
        + "\n  Declare an interface with one method a function.");
  }

  /** A function may still change after it was given; what is compiled is looked at again. */
  @Test
  void laterChangesAreSeen() {
    var x = vector("x", 4);
    FunctionBuilder late = function(x).returns(x);
    Program<Tagger> program = program(Tagger.class).method("predict", late)
        .method("train", of(x, scalar("label", I32), scalar("rate")).returns(x.sum()));
    late.returns(x.plus(1));
    assertThatThrownBy(() -> program.entries().get(0).prepare(1)).isInstanceOf(WeftException.class)
        .hasMessageContaining("method predict of Tagger does not fit its function");
  }

  /** Two of one type that were exchanged fit, and mean the wrong thing. */
  @Test
  void componentsAreCalledLikeTheirOutputs() {
    var x = matrix("x", dim("time"), 3);
    var first = x.row(0).plus(0).named("first");
    var last = x.row(-1).plus(0).named("last");
    assertThat(program(Ends.class).method("ends", function(x).returns(first, last)).entries()).hasSize(1);
    assertThatThrownBy(() -> program(Ends.class).method("ends", function(x).returns(last, first)))
        .isInstanceOf(WeftException.class).hasMessageContaining("Component 1 of States is called first, and that is output 2.")
        .hasMessageContaining("Component 2 of States is called last, and that is output 1.");
  }
}
