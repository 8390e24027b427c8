package weft.codegen.cli;

import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import weft.codegen.build.Definition;
import weft.codegen.build.DefinitionCompiler;
import weft.codegen.build.Definitions;
import weft.codegen.build.Generator;
import weft.codegen.build.Settings;
import weft.runtime.WeftException;

/** The command that writes the Java classes of programs. */
@Command(name = "generate", sortOptions = false, usageHelpAutoWidth = true,
    description = {"Writes the Java classes of programs, which need weft-runtime and nothing else.",
        "A program is defined by a public static method that returns Program<…>."},
    footer = "%nExit codes: 0 done, 1 a definition or a file failed, 2 these arguments make no sense.")
final class GenerateCommand implements Callable<Integer> {
  @Spec
  private CommandSpec spec;

  @Parameters(paramLabel = "CLASS", arity = "0..*", description = "Compiled classes that define programs.")
  private List<String> classes = List.of();

  @Option(names = {"-s", "--sources"}, paramLabel = "DIR", description = "A folder of sources that define programs.")
  private Path sources;

  @Option(names = "--source-path", paramLabel = "PATH", defaultValue = "",
      description = "Roots of further sources that those in DIR name, such as interfaces.")
  private String sourcePath;

  @Option(names = "--encoding", paramLabel = "CHARSET", defaultValue = "UTF-8", showDefaultValue = CommandLine.Help.Visibility.ALWAYS,
      description = "What sources are read in, and written in for the compiler.")
  private Charset encoding;

  @Option(names = {"-cp", "--class-path"}, paramLabel = "PATH", defaultValue = "", description = "Where the classes are.")
  private String classPath;

  @Option(names = {"-d", "--directory"}, paramLabel = "DIR", required = true, description = "The source root to write into.")
  private Path directory;

  @Option(names = {"-p", "--package"}, paramLabel = "NAME", description = "The package of the classes; else that of the definition.")
  private String packageName;

  @Option(names = {"-c", "--class-name"}, paramLabel = "NAME",
      description = "What the only class is called; else like the method, with a capital.")
  private String className;

  @Option(names = "--simd", paramLabel = "KIND", defaultValue = "scalar", showDefaultValue = CommandLine.Help.Visibility.ALWAYS,
      description = "scalar: java.base alone; vector: the Vector API, with as many lanes as the machine has that runs it;"
          + " 4, 8 or 16: with so many f32 lanes.")
  private String simd;

  @Option(names = "--resource", paramLabel = "FILE",
      description = "A safetensors file beside the class that its constructor without arguments reads; * is the class.")
  private String resource;

  @Option(names = "--values", paramLabel = "DIR", description = "Write that file below DIR, with the values of the definition.")
  private Path values;

  @Option(names = "-A", paramLabel = "NAME=VALUE", description = "An argument for definitions that take a map.")
  private Map<String, String> arguments = new LinkedHashMap<>();

  @Option(names = {"-q", "--quiet"}, description = "Say nothing unless something fails.")
  private boolean quiet;

  @Override
  public Integer call() throws IOException {
    if (classes.isEmpty() && sources == null) throw new ParameterException(spec.commandLine(), "Which programs? Give CLASS or --sources.");
    if (sources != null && !Files.isDirectory(sources)) throw new ParameterException(spec.commandLine(), sources + " is no folder.");
    Settings settings = settings();
    Path compiled = sources == null ? null : Files.createTempDirectory("weft");
    try {
      generate(settings, compiled);
    } finally {
      if (compiled != null) DefinitionCompiler.delete(compiled);
    }
    return CommandLine.ExitCode.OK;
  }

  private Settings settings() {
    try {
      Settings all = Settings.to(directory).withPackage(packageName).withClassName(className).withSimd(simd).withResource(resource)
          .withArguments(arguments).withEncoding(encoding);
      return values == null ? all : all.withValues(values);
    } catch (WeftException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
  }

  private void generate(Settings settings, Path compiled) throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    List<Path> path = paths(classPath);
    if (compiled != null) {
      List<Path> needs = new ArrayList<>(path);
      needs.addAll(paths(System.getProperty("java.class.path")));
      needs.addAll(paths(System.getProperty("jdk.module.path", "")));
      new DefinitionCompiler(paths(sourcePath), needs, encoding).compile(sources, compiled);
      path.add(0, compiled);
    }
    var urls = new ArrayList<URL>();
    for (Path each : path) urls.add(each.toUri().toURL());
    try (var loader = new URLClassLoader(urls.toArray(URL[]::new), getClass().getClassLoader())) {
      var all = new ArrayList<Definition>(Definitions.named(classes, loader));
      if (compiled != null) all.addAll(Definitions.in(compiled, loader));
      int[] started = {0};
      var report = Generator.generate(all, settings, d -> {
        if (!quiet) out.printf("[%d/%d] %s%n", ++started[0], all.size(), d);
        out.flush();
      });
      if (quiet) return;
      report.written().forEach(file -> out.println("wrote " + file));
      out.printf("%d written, %d unchanged%n", report.written().size(), report.unchanged().size());
      out.flush();
    }
  }

  private static List<Path> paths(String text) {
    return new ArrayList<>(Arrays.stream(text.split(File.pathSeparator)).filter(s -> !s.isEmpty()).map(Path::of).toList());
  }
}
