package weft.codegen.source;

import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.FieldSpec;
import com.palantir.javapoet.ParameterizedTypeName;
import com.palantir.javapoet.TypeName;
import com.palantir.javapoet.TypeSpec;
import java.util.EnumSet;
import java.util.Set;
import javax.lang.model.element.Modifier;
import weft.runtime.DType;
import weft.runtime.WeftException;
import weft.runtime.WeftException.Kind;

/**
 * The species of vectors that a class needs, each a constant of the class: HotSpot compiles vector code well only if there is one
 * species a dtype.
 */
final class Species {
  private static final String PACKAGE = "jdk.incubator.vector";
  static final ClassName MASK = ClassName.get(PACKAGE, "VectorMask");
  static final ClassName OPERATORS = ClassName.get(PACKAGE, "VectorOperators");

  private final int lanes;
  private final Set<DType> used = EnumSet.noneOf(DType.class);

  /** @param lanes f32 lanes of the vectors, 1 for none */
  Species(int lanes) {
    this.lanes = lanes;
  }

  int lanes() {
    return lanes;
  }

  /** The dtype that a vector of bools belongs to where nothing was compared. */
  DType standard(int count) {
    return count == lanes ? DType.F32 : DType.F64;
  }

  /** The class of vectors of a dtype. */
  static ClassName type(DType dtype) {
    return ClassName.get(PACKAGE, switch (dtype) {
      case F32 -> "FloatVector";
      case F64 -> "DoubleVector";
      case I32 -> "IntVector";
      case I64, BOOL -> throw new WeftException(Kind.INTERNAL, "no vector code for " + dtype);
    });
  }

  private static TypeName of(ClassName generic, DType dtype) {
    return ParameterizedTypeName.get(generic, TypeName.get(dtype.javaType()).box());
  }

  static TypeName mask(DType dtype) {
    return of(MASK, dtype);
  }

  /** The name of the constant. */
  String constant(DType dtype) {
    used.add(dtype);
    return dtype == DType.F32 ? "FLOATS" : dtype == DType.F64 ? "DOUBLES" : "INTS";
  }

  /** Adds the constants that were asked for. */
  void addTo(TypeSpec.Builder type) {
    for (DType dtype : used) {
      int bits = 32 * lanes;
      type.addField(FieldSpec.builder(of(ClassName.get(PACKAGE, "VectorSpecies"), dtype), constant(dtype), Modifier.PRIVATE,
          Modifier.STATIC, Modifier.FINAL).initializer("$T.SPECIES_$L", type(dtype), bits).build());
    }
  }
}
