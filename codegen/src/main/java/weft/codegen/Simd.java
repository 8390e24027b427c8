package weft.codegen;

import java.lang.module.ModuleFinder;
import java.util.Locale;
import java.util.Optional;
import weft.runtime.WeftException;
import weft.runtime.WeftException.Kind;

/**
 * Whether this virtual machine runs vector code, and how wide. {@code -Dweft.simd=off} forbids it, {@code on}
 * insists, and a number (4, 8 or 16) sets the f32 lanes.
 */
public final class Simd {
  private static final String MODULE = "jdk.incubator.vector";
  private static final String FLAG = "--add-modules " + MODULE;
  private static final int MOST_LANES = 16;

  private Simd() {}

  /** Looked at once; a property that changes later is not seen. */
  private static final class Found {
    static final int LANES = find(System.getProperty("weft.simd", "").toLowerCase(Locale.ROOT));
  }

  /** How many floats vectors hold, as {@code -Dweft.simd} or else the machine says; 1 without vectors. */
  public static int lanes() {
    return Found.LANES;
  }

  private static int find(String wish) {
    if (wish.equals("off") || wish.equals("1")) return 1;
    Optional<Module> module = ModuleLayer.boot().findModule(MODULE);
    if (module.isEmpty()) {
      if (ModuleFinder.ofSystem().find(MODULE).isPresent()) {
        System.getLogger("weft").log(System.Logger.Level.INFO,
            "Vectors are off: start Java with " + FLAG
                + " to run several times faster (-Dweft.simd=off hides this line)");
      }
      return 1;
    }
    if (Simd.class.getModule().isNamed()) Simd.class.getModule().addReads(module.get());
    if (wish.equals("4") || wish.equals("8") || wish.equals("16")) return Integer.parseInt(wish);
    if (!wish.equals("on") && !compilesVectors()) return 1;
    int preferred = preferredLanes(module.get());
    return preferred < 4 ? 1 : Math.min(preferred, MOST_LANES);
  }

  /** Without the optimising compiler each vector would be an object. */
  private static boolean compilesVectors() {
    String mode = System.getProperty("java.vm.info", "");
    return !mode.contains("interpreted") && !mode.contains("emulated-client");
  }

  private static int preferredLanes(Module module) {
    try {
      Class<?> vectors = Class.forName(module, MODULE + ".FloatVector");
      Object species = vectors.getField("SPECIES_PREFERRED").get(null);
      Class<?> type = Class.forName(module, MODULE + ".VectorSpecies");
      return (Integer) type.getMethod("length").invoke(species);
    } catch (ReflectiveOperationException | LinkageError e) {
      throw new WeftException(Kind.INTERNAL, "module " + MODULE + " is not what it was in Java 17 to 25", e);
    }
  }

  /** Fails unless programs with vectors can run here at all. */
  public static void require(int lanes) {
    if (ModuleLayer.boot().findModule(MODULE).isEmpty()) {
      throw new WeftException(Kind.UNSUPPORTED, "a program with vectors of " + lanes + " lanes needs module "
          + MODULE
          + "; start Java with " + FLAG + ", or compile without vectors");
    }
    if (lanes != 4 && lanes != 8 && lanes != 16) {
      throw new WeftException(Kind.UNSUPPORTED, "vectors have 4, 8 or 16 f32 lanes, not " + lanes);
    }
  }
}
