package weft.maven;

import java.io.File;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.maven.artifact.DependencyResolutionRequiredException;
import org.apache.maven.model.Resource;
import org.apache.maven.plugin.AbstractMojo;
import org.apache.maven.plugin.MojoExecution;
import org.apache.maven.plugin.MojoExecutionException;
import org.apache.maven.plugin.MojoFailureException;
import org.apache.maven.plugins.annotations.Component;
import org.apache.maven.plugins.annotations.LifecyclePhase;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;
import org.apache.maven.plugins.annotations.ResolutionScope;
import org.apache.maven.project.MavenProject;
import org.codehaus.plexus.build.BuildContext;
import weft.codegen.build.Definition;
import weft.codegen.build.DefinitionCompiler;
import weft.codegen.build.Definitions;
import weft.codegen.build.Generator;
import weft.codegen.build.Settings;
import weft.runtime.WeftException;
import weft.runtime.WeftException.Kind;

/**
 * Writes the Java classes of programs and adds them to the project's sources. A program is defined by a public static method that
 * returns {@code Program<…>}, in a folder of the project that is compiled for this alone, or in a class of a dependency.
 */
@Mojo(name = "generate", defaultPhase = LifecyclePhase.GENERATE_SOURCES, threadSafe = true,
    requiresDependencyResolution = ResolutionScope.COMPILE)
public final class GenerateMojo extends AbstractMojo {
  /** The folder of sources that define programs. They may name the project's own sources and what the project depends on, and need
   * not be able to be compiled with them. */
  @Parameter(defaultValue = "${project.basedir}/src/main/weft")
  private File definitionsDirectory;

  /** Classes of dependencies, of the project or of this plugin, that define programs. */
  @Parameter
  private List<String> definitions = List.of();

  /** Where the classes go; becomes a source root of the project. */
  @Parameter(defaultValue = "${project.build.directory}/generated-sources/weft")
  private File outputDirectory;

  /** The package of the classes; without, that of the class that defines them. */
  @Parameter
  private String packageName;

  /** What the class is called if there is only one; without, like the method that defines it, with a capital. */
  @Parameter
  private String className;

  /** {@code scalar} for java.base alone; {@code vector} for the Vector API, with as many lanes as the machine has that loads the class;
   * {@code 4}, {@code 8} or {@code 16} for so many f32 lanes. */
  @Parameter(defaultValue = "scalar")
  private String simd;

  /** A safetensors file beside the class that its constructor without arguments reads; {@code *} stands for the name of the class. */
  @Parameter
  private String resource;

  /** Whether that file is written too, with the values that the parameters have in the definition. */
  @Parameter(defaultValue = "false")
  private boolean values;

  /** Where it goes then; becomes a resource root of the project. */
  @Parameter(defaultValue = "${project.build.directory}/generated-resources/weft")
  private File valuesDirectory;

  /** What is given to definitions that take a map. */
  @Parameter
  private Map<String, String> arguments = Map.of();

  /** Whether to do nothing. */
  @Parameter(property = "weft.generate.skip", defaultValue = "false")
  private boolean skip;

  @Parameter(defaultValue = "${project.build.sourceEncoding}", readonly = true)
  private String encoding;

  @Parameter(defaultValue = "${project.build.directory}/weft", readonly = true)
  private File workDirectory;

  @Parameter(defaultValue = "${project}", readonly = true, required = true)
  private MavenProject project;

  @Parameter(defaultValue = "${mojoExecution}", readonly = true, required = true)
  private MojoExecution execution;

  @Component
  private BuildContext context;

  @Override
  public void execute() throws MojoExecutionException, MojoFailureException {
    if (skip) {
      getLog().info("Nothing is generated: weft.generate.skip");
      return;
    }
    try {
      if (settings().lanes() != 1 && !VectorApi.isKnownTo(project)) getLog().warn(VectorApi.ADVICE);
      if (isOutdated()) generate();
      addRoots();
    } catch (WeftException e) {
      if (e.kind() == Kind.INTERNAL) throw new MojoExecutionException(e.getMessage(), e);
      throw new MojoFailureException(e.getMessage(), e);
    } catch (IOException | DependencyResolutionRequiredException e) {
      throw new MojoExecutionException("cannot generate classes: " + e, e);
    }
  }

  /** An IDE asks after each change; a whole build always. */
  private boolean isOutdated() {
    if (!context.isIncremental()) return true;
    if (context.hasDelta(definitionsDirectory)) return true;
    return sourceRoots().stream().anyMatch(root -> context.hasDelta(root.toFile()));
  }

  private void generate() throws IOException, DependencyResolutionRequiredException {
    Path work = workDirectory.toPath().resolve(execution.getExecutionId());
    Path compiled = work.resolve("classes");
    var own = new LinkedHashSet<Path>(ClassPath.ofWeft());
    Set<Path> needed = ClassPath.of(project);
    boolean hasFolder = definitionsDirectory.isDirectory();
    if (hasFolder) {
      own.addAll(needed);
      new DefinitionCompiler(sourceRoots(), List.copyOf(own), charset()).compile(definitionsDirectory.toPath(), compiled);
    }
    var urls = new ArrayList<URL>();
    if (hasFolder) urls.add(compiled.toUri().toURL());
    for (Path each : needed) urls.add(each.toUri().toURL());
    try (var loader = new URLClassLoader(urls.toArray(URL[]::new), getClass().getClassLoader())) {
      var all = new ArrayList<Definition>(Definitions.named(definitions, loader));
      if (hasFolder) all.addAll(Definitions.in(compiled, loader));
      if (all.isEmpty()) {
        throw new WeftException(Kind.ARGUMENT, "no program is defined in " + definitionsDirectory
            + "\n  Put a class there with a method public static Program<…> name(), or name classes in <definitions>.");
      }
      var report = Generator.generate(all, settings(), d -> getLog().info("Generating the class of " + d));
      List<Path> gone = new LastFiles(work.resolve("files")).replace(report);
      getLog().info(String.format("%d written, %d unchanged, %d deleted", report.written().size(), report.unchanged().size(), gone.size()));
      report.written().forEach(file -> context.refresh(file.toFile()));
      for (Path file : gone) {
        context.refresh(file.toFile());
        deleteCopy(file);
      }
    }
  }

  /** Nobody else deletes what has been copied from a root of resources that has it no more. */
  private void deleteCopy(Path file) throws IOException {
    Path root = valuesDirectory.toPath();
    if (!file.startsWith(root)) return;
    Path copy = Path.of(project.getBuild().getOutputDirectory()).resolve(root.relativize(file));
    if (Files.deleteIfExists(copy)) context.refresh(copy.toFile());
  }

  private Settings settings() {
    Settings all = Settings.to(outputDirectory.toPath()).withPackage(packageName).withClassName(className).withSimd(simd)
        .withResource(resource).withArguments(arguments).withEncoding(charset());
    return values ? all.withValues(valuesDirectory.toPath()) : all;
  }

  /** That of the project, as the compiler understands it, too. */
  private Charset charset() {
    try {
      return encoding == null ? Charset.defaultCharset() : Charset.forName(encoding);
    } catch (IllegalArgumentException e) {
      throw new WeftException(Kind.ARGUMENT, "project.build.sourceEncoding is \"" + encoding + "\", which is no encoding that Java knows", e);
    }
  }

  /** Those that a person writes. */
  private List<Path> sourceRoots() {
    Path ours = outputDirectory.toPath();
    return project.getCompileSourceRoots().stream().map(Path::of).filter(root -> !root.equals(ours)).toList();
  }

  private void addRoots() {
    project.addCompileSourceRoot(outputDirectory.getPath());
    if (!values || project.getResources().stream().anyMatch(r -> valuesDirectory.getPath().equals(r.getDirectory()))) return;
    var root = new Resource();
    root.setDirectory(valuesDirectory.getPath());
    project.addResource(root);
  }
}
