package weft.maven;

import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.maven.model.Plugin;
import org.apache.maven.project.MavenProject;

/** The module of vectors, which neither the compiler nor the JVM knows unless it is told. */
final class VectorApi {
  private static final String MODULE = "jdk.incubator.vector";

  static final String ADVICE = "simd is not scalar, and nothing tells the compiler of the Vector API"
      + "\n  Give maven-compiler-plugin <compilerArgs> <arg>--add-modules</arg> <arg>" + MODULE + "</arg>,"
      + "\n  and start Java with --add-modules " + MODULE + ", in tests by the <argLine> of maven-surefire-plugin.";

  private VectorApi() {}

  /** Whether the compiler's configuration names it, or there is a module descriptor that can. */
  static boolean isKnownTo(MavenProject project) {
    for (String root : project.getCompileSourceRoots()) if (Files.exists(Path.of(root, "module-info.java"))) return true;
    Plugin compiler = project.getPlugin("org.apache.maven.plugins:maven-compiler-plugin");
    if (compiler == null) return false;
    return String.valueOf(compiler.getConfiguration()).contains(MODULE)
        || compiler.getExecutions().stream().anyMatch(e -> String.valueOf(e.getConfiguration()).contains(MODULE));
  }
}
