/** Back ends that make code of loops. */
module weft.codegen {
  requires transitive weft.core;
  requires org.objectweb.asm;

  exports weft.codegen;

  provides weft.loop.BackEnd with weft.codegen.BytecodeBackEnd;
}
