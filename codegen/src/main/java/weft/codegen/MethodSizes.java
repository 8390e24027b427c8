package weft.codegen;

import java.util.LinkedHashMap;
import java.util.Map;
import org.objectweb.asm.ClassReader;

/** How many bytes of code each method of a class file really has. */
public final class MethodSizes {
  private MethodSizes() {}

  /** By name and descriptor, in the order of the class file. */
  public static Map<String, Integer> of(byte[] classFile) {
    var reader = new ClassReader(classFile);
    var sizes = new LinkedHashMap<String, Integer>();
    char[] text = new char[reader.getMaxStringLength()];
    int at = reader.header + 6;
    at += 2 + 2 * reader.readUnsignedShort(at);
    for (int fields = reader.readUnsignedShort(at), i = 0; i <= fields; i++) {
      at = i == 0 ? at + 2 : skipMember(reader, at);
    }
    int methods = reader.readUnsignedShort(at);
    at += 2;
    for (int i = 0; i < methods; i++) {
      String name = reader.readUTF8(at + 2, text) + reader.readUTF8(at + 4, text);
      int attribute = at + 8;
      for (int left = reader.readUnsignedShort(at + 6); left > 0; left--) {
        if ("Code".equals(reader.readUTF8(attribute, text))) sizes.put(name, reader.readInt(attribute + 10));
        attribute += 6 + reader.readInt(attribute + 2);
      }
      at = attribute;
    }
    return sizes;
  }

  /** Where the field or method ends that starts at {@code at}. */
  private static int skipMember(ClassReader reader, int at) {
    int end = at + 8;
    for (int left = reader.readUnsignedShort(at + 6); left > 0; left--) end += 6 + reader.readInt(end + 2);
    return end;
  }
}
