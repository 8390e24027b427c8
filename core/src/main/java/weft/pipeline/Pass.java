package weft.pipeline;

import java.util.List;
import java.util.function.BiFunction;
import weft.graph.Expr;
import weft.rewrite.Notes;

/** A named step from graph to graph; the name is what dumps, counters and options show. */
record Pass(String name, BiFunction<List<Expr>, Notes, List<Expr>> rewrite) {}
