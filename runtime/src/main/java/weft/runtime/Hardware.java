package weft.runtime;

import java.util.Locale;

/** What this processor can do, as far as the meaning of numbers depends on it. */
final class Hardware {
  private Hardware() {}

  /**
   * Whether a fused multiply-add is one instruction; without one the JVM would compute it by big decimals.
   */
  static boolean fma() {
    var wish = System.getProperty("weft.fma", "").toLowerCase(Locale.ROOT);
    if (wish.equals("on") || wish.equals("off")) {
      return wish.equals("on");
    }
    try {
      return Boolean.parseBoolean(vmOption("UseFMA"));
    } catch (ReflectiveOperationException | RuntimeException | LinkageError notHotSpot) {
      return System.getProperty("os.arch", "").equals("aarch64");
    }
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
