package org.sluice.packing;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Handle;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;

/**
 * Turns lambdas and method references into classes of the jar. As the compiler leaves them, the JVM
 * makes a class for each when it is first met, 0.2 ms apiece while a front starts, and no archive
 * takes them in where bundles have class loaders of their own. They do what they did before: a
 * lambda that captures nothing is one object, made when it is first met.
 *
 * <p>Serialisable ones stay as they are, and those of libraries that were compiled for Java 10 or
 * earlier, which had no nests, or for several versions.
 */
final class PlainLambdas {
  private static final String METAFACTORY = "java/lang/invoke/LambdaMetafactory";
  private static final String CLASS = ".class";

  /** Below it, of a multi-release jar, are classes in the place of others. */
  private static final String VERSIONS = "META-INF/versions/";

  /** Where it stands in a class file. */
  private static final int MAJOR_VERSION = 6;

  private final Map<String, byte[]> entries;

  /** New classes by the class that has to name them as members of its nest. */
  private final Map<String, List<String>> members = new LinkedHashMap<>();

  private PlainLambdas(Map<String, byte[]> entries) {
    this.entries = new LinkedHashMap<>(entries);
  }

  /**
   * A jar's entries without lambdas.
   *
   * @param entries all entries by name; are not changed
   */
  static Map<String, byte[]> in(Map<String, byte[]> entries) {
    PlainLambdas plain = new PlainLambdas(entries);
    entries.forEach(plain::replace);
    plain.members.forEach(plain::nameMembers);
    return plain.entries;
  }

  private void replace(String entry, byte[] content) {
    if (!entry.endsWith(CLASS) || entry.startsWith(VERSIONS)) {
      return;
    }
    ClassReader reader = new ClassReader(content);
    if (reader.readUnsignedShort(MAJOR_VERSION) < Opcodes.V11) {
      return;
    }
    ClassWriter writer = new ClassWriter(0);
    Replacer replacer = new Replacer(writer);
    reader.accept(replacer, 0);
    if (!replacer.made.isEmpty()) {
      entries.put(entry, writer.toByteArray());
      replacer.made.forEach((name, bytes) -> entries.put(name + CLASS, bytes));
      members
          .computeIfAbsent(replacer.host, host -> new ArrayList<>())
          .addAll(replacer.made.keySet());
    }
  }

  private void nameMembers(String host, List<String> names) {
    ClassWriter writer = new ClassWriter(0);
    new ClassReader(entries.get(host + CLASS))
        .accept(
            new ClassVisitor(Opcodes.ASM9, writer) {
              @Override
              public void visitEnd() {
                names.forEach(this::visitNestMember);
                super.visitEnd();
              }
            },
            0);
    entries.put(host + CLASS, writer.toByteArray());
  }

  /** Puts a call where an invokedynamic was. */
  private static final class Replacer extends ClassVisitor {
    final Map<String, byte[]> made = new LinkedHashMap<>();
    String host;
    private String name;
    private int version;

    Replacer(ClassVisitor next) {
      super(Opcodes.ASM9, next);
    }

    @Override
    public void visit(
        int itsVersion,
        int access,
        String itsName,
        String signature,
        String superName,
        String[] interfaces) {
      version = itsVersion;
      name = itsName;
      host = itsName;
      super.visit(itsVersion, access, itsName, signature, superName, interfaces);
    }

    @Override
    public void visitNestHost(String itsHost) {
      host = itsHost;
      super.visitNestHost(itsHost);
    }

    @Override
    public MethodVisitor visitMethod(
        int access, String method, String descriptor, String signature, String[] exceptions) {
      MethodVisitor next = super.visitMethod(access, method, descriptor, signature, exceptions);
      return new MethodVisitor(Opcodes.ASM9, next) {
        @Override
        public void visitInvokeDynamicInsn(
            String called, String type, Handle bootstrap, Object... arguments) {
          if (!bootstrap.getOwner().equals(METAFACTORY)
              || !bootstrap.getName().equals("metafactory")) {
            super.visitInvokeDynamicInsn(called, type, bootstrap, arguments);
            return;
          }
          String lambda = name + "$Lambda$" + (made.size() + 1);
          LambdaClass written =
              new LambdaClass(
                  lambda,
                  Type.getMethodType(type),
                  called,
                  (Type) arguments[0],
                  (Handle) arguments[1],
                  (Type) arguments[2]);
          made.put(lambda, written.bytes(version, host));
          written.use(mv);
        }
      };
    }
  }
}
