package tests.fuzz;

import java.util.List;
import weft.graph.Expr;

/**
 * A word that random programs may say: how it is written in Java, how it is built, and what it means in
 * plain Java.
 *
 * @param java {@code $0} stands for the first argument and so on, {@code #0} for the first number, {@code #@} for
 *     all numbers as {@link Items}, whose tensors are the last arguments
 */
record Word(String name, String java, Builder builder, Meaning meaning) {
  /** From arguments and numbers to an expression. */
  interface Builder {
    Expr build(Expr[] x, int[] n);
  }

  /** The same on numbers. */
  interface Meaning {
    Num of(Num[] x, int[] n);
  }

  Num value(List<Num> args, List<Integer> numbers) {
    return meaning.of(args.toArray(Num[]::new), numbers.stream().mapToInt(i -> i).toArray());
  }

  Expr build(List<Expr> args, List<Integer> numbers) {
    return builder.build(args.toArray(Expr[]::new), numbers.stream().mapToInt(i -> i).toArray());
  }

  String java(List<String> args, List<Integer> numbers) {
    int tensors = java.contains("$1") ? 2 : 1;
    String text = java.contains("#@") ? java.replace("#@", Items.java(args.subList(tensors, args.size()), numbers)) : java;
    for (int i = 0; i < args.size(); i++) text = text.replace("$" + i, args.get(i));
    text = text.replace("$*", String.join(", ", args));
    for (int i = 0; i < numbers.size(); i++) text = text.replace("#" + i, numbers.get(i).toString());
    return text.replace("#*", String.join(", ", numbers.stream().map(String::valueOf).toList()));
  }
}
