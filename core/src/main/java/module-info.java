/** From the symbolic graph to loops, and the interpreter that defines them. */
module weft.core {
  requires transitive weft.runtime;

  exports weft;
  exports weft.type;
  exports weft.graph;
  exports weft.op;
  exports weft.grad;
  exports weft.rewrite;
  exports weft.lower;
  exports weft.loop;
  exports weft.schedule;
  exports weft.pipeline;
  exports weft.recipe;

  uses weft.graph.Arithmetic;
  uses weft.loop.BackEnd;

  provides weft.graph.Arithmetic with weft.op.ArithmeticOps;
}
