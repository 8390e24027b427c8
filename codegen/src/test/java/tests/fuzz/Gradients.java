package tests.fuzz;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import weft.graph.Expr;
import weft.type.TensorType;

/** Draws gradients of a cost made for it, sometimes of the gradient again, and products of derivatives with vectors. */
final class Gradients {
  private Gradients() {}

  static void add(Pool p) {
    int cost = cost(p);
    if (cost == 0) return;
    if (p.chance(.25)) {
      product(p, cost);
      return;
    }
    List<Integer> first = gradients(p, cost);
    if (first.isEmpty() || !p.chance(.4)) return;
    int g = p.one(first);
    int squares = p.add("sqr", List.of(g));
    int second = squares == 0 ? 0 : p.add("sum", List.of(squares));
    if (second != 0) gradients(p, second);
  }

  /** Gradients of the sum of one thing. */
  static void of(Pool p, int x) {
    int cost = p.expr(x).rank() == 0 ? x : p.add("sum", List.of(p.chance(.3) ? p.add("sqr", List.of(x)) : x));
    if (cost != 0) gradients(p, cost);
  }

  /** The Hessian of a cost times a vector, or the Jacobian of anything from either side; sometimes the gradient of that. */
  private static void product(Pool p, int cost) {
    String word = p.one(List.of("hessianVector", "hessianVector", "jvp", "vjp"));
    int y = word.equals("hessianVector") ? cost : p.findFloat();
    int x = y == 0 ? 0 : below(p, y);
    int v = x == 0 ? 0 : like(p, p.expr(word.equals("vjp") ? y : x).type());
    int product = v == 0 ? 0 : p.add(word, List.of(y, x, v));
    if (product == 0 || !p.chance(.2)) return;
    int sum = p.expr(product).rank() == 0 ? product : p.add("sum", List.of(product));
    if (sum != 0) gradients(p, sum);
  }

  /** Something of which a line is made, rather an input or a parameter. */
  private static int below(Pool p, int line) {
    var below = new HashSet<Expr>(Generator.below(p.expr(line)));
    return p.find(e -> e.dtype().isFloat() && below.contains(e) && (e.apply().inputs().isEmpty() || p.chance(.2)));
  }

  private static int like(Pool p, TensorType type) {
    int known = p.chance(.5) ? p.find(e -> e.type().equals(type)) : 0;
    return known != 0 ? known : p.fresh(type.dtype(), type.dims());
  }

  private static int cost(Pool p) {
    int cost = 0;
    for (int i = 1 + p.below(2); i > 0; i--) {
      int x = p.findFloat();
      if (x == 0) return 0;
      if (p.chance(.5)) x = p.add("tanh", List.of(x));
      int part = x == 0 || p.expr(x).rank() == 0 ? x : p.add(p.chance(.5) ? "sum" : "mean", List.of(x));
      if (part == 0) return cost;
      int sum = cost == 0 ? part : p.add("plus", List.of(cost, part));
      if (sum != 0) cost = sum;
    }
    return cost;
  }

  private static List<Integer> gradients(Pool p, int cost) {
    var args = new ArrayList<Integer>(List.of(cost));
    for (int i = 1 + p.below(3); i > 0; i--) {
      int wrt = below(p, cost);
      if (wrt != 0 && !args.contains(wrt)) args.add(wrt);
    }
    var found = new ArrayList<Integer>();
    if (args.size() == 1) return found;
    int all = p.add(new Line(p.newId(), "grad", args, List.of(), List.of()));
    if (all == 0) return found;
    for (int i = 0; i < args.size() - 1; i++) {
      int g = p.add("of", List.of(all), i);
      if (g != 0) found.add(g);
    }
    return found;
  }
}
