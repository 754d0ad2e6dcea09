package org.sluice.packing;

import java.util.Map;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;

/** What lies between a lambda's method and its body: casts, boxes, wider numbers, or nothing. */
final class Conversion {
  private static final Map<Type, String> BOXES =
      Map.of(
          Type.BOOLEAN_TYPE, "java/lang/Boolean",
          Type.CHAR_TYPE, "java/lang/Character",
          Type.BYTE_TYPE, "java/lang/Byte",
          Type.SHORT_TYPE, "java/lang/Short",
          Type.INT_TYPE, "java/lang/Integer",
          Type.LONG_TYPE, "java/lang/Long",
          Type.FLOAT_TYPE, "java/lang/Float",
          Type.DOUBLE_TYPE, "java/lang/Double");

  private static final Type OBJECT = Type.getObjectType("java/lang/Object");

  private Conversion() {}

  /**
   * Makes one of the other, on top of the stack.
   *
   * @throws IllegalStateException if the compiler does not do so either
   */
  static void convert(MethodVisitor code, Type from, Type to) {
    if (from.equals(to)) {
      return;
    }
    if (to.equals(Type.VOID_TYPE)) {
      code.visitInsn(from.getSize() == 2 ? Opcodes.POP2 : Opcodes.POP);
    } else if (isPrimitive(from) && isPrimitive(to)) {
      widen(code, from, to);
    } else if (isPrimitive(from)) {
      box(code, from);
    } else if (isPrimitive(to)) {
      unbox(code, from, to);
    } else if (!to.equals(OBJECT)) {
      code.visitTypeInsn(Opcodes.CHECKCAST, to.getInternalName());
    }
  }

  private static boolean isPrimitive(Type type) {
    return BOXES.containsKey(type);
  }

  private static void box(MethodVisitor code, Type from) {
    String box = BOXES.get(from);
    String type = "(" + from.getDescriptor() + ")L" + box + ";";
    code.visitMethodInsn(Opcodes.INVOKESTATIC, box, "valueOf", type, false);
  }

  private static void unbox(MethodVisitor code, Type from, Type to) {
    Type inside = to;
    for (Map.Entry<Type, String> each : BOXES.entrySet()) {
      if (each.getValue().equals(from.getInternalName())) {
        inside = each.getKey();
      }
    }
    String box = BOXES.get(inside);
    if (!box.equals(from.getInternalName())) {
      code.visitTypeInsn(Opcodes.CHECKCAST, box);
    }
    String method = inside.getClassName() + "Value";
    code.visitMethodInsn(Opcodes.INVOKEVIRTUAL, box, method, "()" + inside.getDescriptor(), false);
    convert(code, inside, to);
  }

  /** JLS 5.1.2; what is smaller than an int is one on the stack. */
  private static void widen(MethodVisitor code, Type from, Type to) {
    switch (from.getDescriptor() + to.getDescriptor()) {
      case "IJ", "SJ", "BJ", "CJ" -> code.visitInsn(Opcodes.I2L);
      case "IF", "SF", "BF", "CF" -> code.visitInsn(Opcodes.I2F);
      case "ID", "SD", "BD", "CD" -> code.visitInsn(Opcodes.I2D);
      case "JF" -> code.visitInsn(Opcodes.L2F);
      case "JD" -> code.visitInsn(Opcodes.L2D);
      case "FD" -> code.visitInsn(Opcodes.F2D);
      case "SI", "BI", "CI", "BS" -> {}
      default -> throw new IllegalStateException(from + " does not become " + to);
    }
  }
}
