package weft.pipeline;

import java.util.List;
import java.util.function.UnaryOperator;
import weft.graph.Expr;

/** A named step from graph to graph; the name is what dumps, counters and options show. */
record Pass(String name, UnaryOperator<List<Expr>> rewrite) {}
