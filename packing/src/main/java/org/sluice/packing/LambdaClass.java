package org.sluice.packing;

import java.util.ArrayList;
import java.util.List;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Handle;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;

/**
 * The class of a lambda: what it has captured, and a method that calls the one the compiler has
 * made of its body. It belongs to the nest of the class it is written in, so that it may call what
 * is private there (Java Virtual Machine Specification 5.4.4).
 *
 * @param name internal name of this class
 * @param factory what the expression takes from the stack, and the interface it gives
 * @param method the interface's method
 * @param erased the method's type as it is declared
 * @param body what is called
 * @param actual the method's type as it is here (see {@link java.lang.invoke.LambdaMetafactory})
 */
record LambdaClass(
    String name, Type factory, String method, Type erased, Handle body, Type actual) {
  private static final String CONSTRUCTOR = "<init>";

  /** The only object, of a lambda that captures nothing. */
  private static final String ONLY = "ONLY";

  /** Makes an object, of one that does. */
  private static final String OF = "of";

  /** Has the lambda on the stack, in place of what it captures. */
  void use(MethodVisitor code) {
    if (captured().length == 0) {
      code.visitFieldInsn(Opcodes.GETSTATIC, name, ONLY, type().getDescriptor());
    } else {
      code.visitMethodInsn(Opcodes.INVOKESTATIC, name, OF, factory.getDescriptor(), false);
    }
  }

  /**
   * The class file.
   *
   * @param version of the class that the lambda is written in, 55 (Java 11) or later
   * @param host the host of that class's nest
   */
  byte[] bytes(int version, String host) {
    ClassWriter writer = new ClassWriter(ClassWriter.COMPUTE_MAXS);
    writer.visit(
        version,
        Opcodes.ACC_FINAL | Opcodes.ACC_SUPER | Opcodes.ACC_SYNTHETIC,
        name,
        null,
        "java/lang/Object",
        new String[] {type().getInternalName()});
    writer.visitNestHost(host);
    constructor(writer);
    if (captured().length == 0) {
      only(writer);
    } else {
      of(writer);
    }
    call(writer);
    writer.visitEnd();
    return writer.toByteArray();
  }

  private Type type() {
    return factory.getReturnType();
  }

  private Type[] captured() {
    return factory.getArgumentTypes();
  }

  private static String field(int index) {
    return "captured" + index;
  }

  private void constructor(ClassWriter writer) {
    Type[] captured = captured();
    MethodVisitor code =
        writer.visitMethod(Opcodes.ACC_PRIVATE, CONSTRUCTOR, constructorType(), null, null);
    code.visitCode();
    code.visitVarInsn(Opcodes.ALOAD, 0);
    code.visitMethodInsn(Opcodes.INVOKESPECIAL, "java/lang/Object", CONSTRUCTOR, "()V", false);
    int slot = 1;
    for (int i = 0; i < captured.length; i++) {
      String descriptor = captured[i].getDescriptor();
      writer
          .visitField(Opcodes.ACC_PRIVATE | Opcodes.ACC_FINAL, field(i), descriptor, null, null)
          .visitEnd();
      code.visitVarInsn(Opcodes.ALOAD, 0);
      code.visitVarInsn(captured[i].getOpcode(Opcodes.ILOAD), slot);
      code.visitFieldInsn(Opcodes.PUTFIELD, name, field(i), descriptor);
      slot += captured[i].getSize();
    }
    end(code, Opcodes.RETURN);
  }

  private String constructorType() {
    return Type.getMethodDescriptor(Type.VOID_TYPE, captured());
  }

  private void only(ClassWriter writer) {
    String descriptor = type().getDescriptor();
    writer
        .visitField(Opcodes.ACC_STATIC | Opcodes.ACC_FINAL, ONLY, descriptor, null, null)
        .visitEnd();
    MethodVisitor code = writer.visitMethod(Opcodes.ACC_STATIC, "<clinit>", "()V", null, null);
    code.visitCode();
    construct(code);
    code.visitFieldInsn(Opcodes.PUTSTATIC, name, ONLY, descriptor);
    end(code, Opcodes.RETURN);
  }

  private void of(ClassWriter writer) {
    MethodVisitor code =
        writer.visitMethod(Opcodes.ACC_STATIC, OF, factory.getDescriptor(), null, null);
    code.visitCode();
    construct(code);
    end(code, Opcodes.ARETURN);
  }

  private void construct(MethodVisitor code) {
    code.visitTypeInsn(Opcodes.NEW, name);
    code.visitInsn(Opcodes.DUP);
    int slot = 0;
    for (Type each : captured()) {
      code.visitVarInsn(each.getOpcode(Opcodes.ILOAD), slot);
      slot += each.getSize();
    }
    code.visitMethodInsn(Opcodes.INVOKESPECIAL, name, CONSTRUCTOR, constructorType(), false);
  }

  private void call(ClassWriter writer) {
    MethodVisitor code =
        writer.visitMethod(Opcodes.ACC_PUBLIC, method, erased.getDescriptor(), null, null);
    code.visitCode();
    if (isConstructor()) {
      code.visitTypeInsn(Opcodes.NEW, body.getOwner());
      code.visitInsn(Opcodes.DUP);
    }
    List<Type> wanted = wanted();
    Type[] captured = captured();
    for (int i = 0; i < captured.length; i++) {
      code.visitVarInsn(Opcodes.ALOAD, 0);
      code.visitFieldInsn(Opcodes.GETFIELD, name, field(i), captured[i].getDescriptor());
      Conversion.convert(code, captured[i], wanted.get(i));
    }
    Type[] declared = erased.getArgumentTypes();
    Type[] here = actual.getArgumentTypes();
    int slot = 1;
    for (int i = 0; i < declared.length; i++) {
      code.visitVarInsn(declared[i].getOpcode(Opcodes.ILOAD), slot);
      slot += declared[i].getSize();
      Conversion.convert(code, declared[i], here[i]);
      Conversion.convert(code, here[i], wanted.get(captured.length + i));
    }
    code.visitMethodInsn(
        opcode(), body.getOwner(), body.getName(), body.getDesc(), body.isInterface());
    Type result = erased.getReturnType();
    Conversion.convert(code, given(), actual.getReturnType());
    Conversion.convert(code, actual.getReturnType(), result);
    end(code, result.getOpcode(Opcodes.IRETURN));
  }

  private boolean isConstructor() {
    return body.getTag() == Opcodes.H_NEWINVOKESPECIAL;
  }

  /** What has to be on the stack for the call, behind a new object. */
  private List<Type> wanted() {
    List<Type> wanted = new ArrayList<>();
    if (!isConstructor() && body.getTag() != Opcodes.H_INVOKESTATIC) {
      wanted.add(Type.getObjectType(body.getOwner()));
    }
    wanted.addAll(List.of(Type.getArgumentTypes(body.getDesc())));
    return wanted;
  }

  /** What the call leaves on the stack. */
  private Type given() {
    return isConstructor()
        ? Type.getObjectType(body.getOwner())
        : Type.getReturnType(body.getDesc());
  }

  /** In a nest private methods are called as others are. */
  private int opcode() {
    return switch (body.getTag()) {
      case Opcodes.H_INVOKESTATIC -> Opcodes.INVOKESTATIC;
      case Opcodes.H_NEWINVOKESPECIAL -> Opcodes.INVOKESPECIAL;
      case Opcodes.H_INVOKEINTERFACE, Opcodes.H_INVOKEVIRTUAL, Opcodes.H_INVOKESPECIAL ->
          body.isInterface() ? Opcodes.INVOKEINTERFACE : Opcodes.INVOKEVIRTUAL;
      default -> throw new IllegalStateException(name + ": " + body + " is no call");
    };
  }

  private static void end(MethodVisitor code, int opcode) {
    code.visitInsn(opcode);
    code.visitMaxs(0, 0);
    code.visitEnd();
  }
}
