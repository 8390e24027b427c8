/** Back ends that make code of loops, at run time or when a program is built. */
@SuppressWarnings("requires-automatic")
module weft.codegen {
  requires transitive weft.core;
  requires java.compiler;
  requires org.objectweb.asm;
  requires com.palantir.javapoet;
  requires static info.picocli;

  exports weft.codegen;
  exports weft.codegen.build;
  exports weft.codegen.cli;
  exports weft.codegen.source;

  opens weft.codegen.cli to info.picocli;

  provides weft.loop.BackEnd with weft.codegen.BytecodeBackEnd, weft.codegen.source.SourceBackEnd;
}
