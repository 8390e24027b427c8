package weft.maven;

import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Set;
import org.apache.maven.artifact.DependencyResolutionRequiredException;
import org.apache.maven.project.MavenProject;
import weft.Program;
import weft.codegen.build.Generator;
import weft.runtime.Tensor;

/** Where definitions find classes: this plugin's own of Weft come first, for they are what a program is made of. */
final class ClassPath {
  private ClassPath() {}

  /** The jars, or folders, of Weft that this plugin runs with. */
  static Set<Path> ofWeft() {
    var all = new LinkedHashSet<Path>();
    for (Class<?> each : new Class<?>[] {Tensor.class, Program.class, Generator.class}) {
      try {
        all.add(Path.of(each.getProtectionDomain().getCodeSource().getLocation().toURI()));
      } catch (URISyntaxException e) {
        throw new IllegalStateException(e);
      }
    }
    return all;
  }

  /** What a project depends on; without its own classes, which are not there yet or old. */
  static Set<Path> of(MavenProject project) throws DependencyResolutionRequiredException {
    var all = new LinkedHashSet<Path>();
    for (String each : project.getCompileClasspathElements()) {
      if (!each.equals(project.getBuild().getOutputDirectory())) all.add(Path.of(each));
    }
    return all;
  }
}
