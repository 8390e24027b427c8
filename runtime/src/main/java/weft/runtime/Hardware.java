package weft.runtime;

import java.io.FileInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** What this processor can do, as far as the meaning of numbers depends on it. */
final class Hardware {
  private static final int MOST = 16_000;

  private Hardware() {}

  /**
   * Whether a fused multiply-add is one instruction; without one the JVM would compute it by big decimals.
   */
  static boolean fma() {
    var wish = System.getProperty("weft.fma", "").toLowerCase(Locale.ROOT);
    if (wish.equals("on") || wish.equals("off")) {
      return wish.equals("on");
    }
    var aarch64 = System.getProperty("os.arch", "").equals("aarch64");
    // Asking the JVM takes a short program longer than all else that it does.
    if (System.getProperty("java.vm.name", "").contains("Server VM") && flagsAreThoseOfTheProcessor()) {
      var flags = aarch64 ? " fma " : line(read("/proc/cpuinfo", "\nflags"), "\nflags");
      if (!flags.isEmpty()) {
        return (flags + " ").contains(" fma ");
      }
    }
    try {
      return Boolean.parseBoolean(vmOption("UseFMA"));
    } catch (ReflectiveOperationException | RuntimeException | LinkageError notHotSpot) {
      return aarch64;
    }
  }

  /** Whether Linux tells how this JVM was started, and nothing in that could set HotSpot's flags for the processor. */
  private static boolean flagsAreThoseOfTheProcessor() {
    var said = read("/proc/self/cmdline", null);
    if (said.isEmpty() || said.length() >= MOST) {
      return false;
    }
    for (var name : new String[] {"JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS"}) {
      said += "\0" + System.getenv(name);
    }
    for (var word : new String[] {"UseFMA", "UseAVX", "UseSSE", "Flags=", "OptionsFile", "\0@"}) {
      if (said.contains(word)) {
        return false;
      }
    }
    return true;
  }

  /** A file's first bytes, up to the line that starts like this; empty where there is no such file. */
  private static String read(String file, String lastLine) {
    try (var in = new FileInputStream(file)) {
      var bytes = new byte[MOST];
      var text = "";
      for (int size = 0, more; (more = in.read(bytes, size, bytes.length - size)) > 0; ) {
        size += more;
        text = new String(bytes, 0, size, StandardCharsets.ISO_8859_1);
        if (lastLine != null && !line(text, lastLine).isEmpty()) {
          break;
        }
      }
      return text;
    } catch (IOException | SecurityException none) {
      return "";
    }
  }

  /** The whole line that starts like this, empty if it is not there or not whole. */
  private static String line(String text, String start) {
    var from = text.indexOf(start);
    var to = from < 0 ? -1 : text.indexOf('\n', from + 1);
    return to < 0 ? "" : text.substring(from, to);
  }

  /** The value of a HotSpot flag, by reflection, so that the management modules may be absent. */
  private static String vmOption(String name) throws ReflectiveOperationException {
    var beans = Class.forName("java.lang.management.ManagementFactory");
    var diagnostics = Class.forName("com.sun.management.HotSpotDiagnosticMXBean");
    var bean = beans.getMethod("getPlatformMXBean", Class.class).invoke(null, diagnostics);
    var option = diagnostics.getMethod("getVMOption", String.class).invoke(bean, name);
    return (String) Class.forName("com.sun.management.VMOption").getMethod("getValue").invoke(option);
  }
}
