package org.sluice.packing;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.Handle;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

class PlainLambdasTest {
  private static final String FOLDER = "org/sluice/packing/";
  private static final String SHAPES = FOLDER + "Shapes.class";

  @Test
  void everyShapeDoesWhatItDid() throws Exception {
    List<String> expected = new Shapes().get();

    assertTrue(expected.size() > 40, expected::toString);
    assertEquals(expected, run(PlainLambdas.in(shapes())));
  }

  @Test
  void nothingIsLeftToLinkButWhatIsSerialisable() throws IOException {
    List<String> before = bootstraps(shapes());
    List<String> after = bootstraps(PlainLambdas.in(shapes()));

    assertTrue(before.stream().filter("metafactory"::equals).count() > 50, before::toString);
    before.removeIf("metafactory"::equals);
    assertTrue(before.contains("altMetafactory"), before::toString);
    assertEquals(before, after);
  }

  @Test
  void aClassWithoutLambdasAndAnyOtherEntryStayAsTheyAre() throws IOException {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    entries.put("page.html", new byte[] {1, 2});
    entries.put("Jar.class", bytes(Jar.class));

    Map<String, byte[]> plain = PlainLambdas.in(entries);

    assertEquals(List.copyOf(entries.keySet()), List.copyOf(plain.keySet()));
    assertSame(entries.get("page.html"), plain.get("page.html"));
    assertArrayEquals(bytes(Jar.class), plain.get("Jar.class"));
  }

  @Test
  void aClassThatKnowsNoNestsStaysAsItIs() throws IOException {
    byte[] old = bytes(Shapes.class);
    old[7] = Opcodes.V10;
    byte[] first = bytes(Shapes.class);
    first[7] = Opcodes.V11;

    assertSame(old, PlainLambdas.in(Map.of(SHAPES, old)).get(SHAPES));
    assertTrue(PlainLambdas.in(Map.of(SHAPES, first)).size() > 1);
  }

  @Test
  void aClassForALaterVersionStaysAsItIs() throws IOException {
    String later = "META-INF/versions/21/" + SHAPES;
    byte[] content = bytes(Shapes.class);

    Map<String, byte[]> plain = PlainLambdas.in(Map.of(later, content));

    assertEquals(1, plain.size(), plain.keySet()::toString);
    assertSame(content, plain.get(later));
  }

  @Test
  void againIsNothing() throws IOException {
    Map<String, byte[]> once = PlainLambdas.in(shapes());
    Map<String, byte[]> twice = PlainLambdas.in(once);

    assertEquals(once.keySet(), twice.keySet());
    once.forEach((name, content) -> assertArrayEquals(content, twice.get(name), name));
  }

  private static Map<String, byte[]> shapes() throws IOException {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    Path folder = Path.of("target/test-classes", FOLDER);
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.sorted().toList()) {
        if (file.getFileName().toString().startsWith("Shapes")) {
          entries.put(FOLDER + file.getFileName(), Files.readAllBytes(file));
        }
      }
    }
    return entries;
  }

  private static byte[] bytes(Class<?> type) throws IOException {
    try (InputStream in = type.getResourceAsStream(type.getSimpleName() + ".class")) {
      return in.readAllBytes();
    }
  }

  /** In a loader of their own, which verifies them. */
  @SuppressWarnings("unchecked")
  private static List<String> run(Map<String, byte[]> entries) throws Exception {
    ClassLoader loader =
        new ClassLoader(PlainLambdasTest.class.getClassLoader()) {
          @Override
          protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            byte[] content = entries.get(name.replace('.', '/') + ".class");
            if (content == null) {
              return super.loadClass(name, resolve);
            }
            synchronized (this) {
              Class<?> loaded = findLoadedClass(name);
              return loaded == null ? defineClass(name, content, 0, content.length) : loaded;
            }
          }
        };
    Object shapes =
        loader.loadClass("org.sluice.packing.Shapes").getDeclaredConstructor().newInstance();
    assertSame(loader, shapes.getClass().getClassLoader());
    return ((Supplier<List<String>>) shapes).get();
  }

  /** The methods that link what is to be linked at run time. */
  private static List<String> bootstraps(Map<String, byte[]> entries) {
    List<String> names = new ArrayList<>();
    for (byte[] content : entries.values()) {
      new ClassReader(content)
          .accept(
              new ClassVisitor(Opcodes.ASM9) {
                @Override
                public MethodVisitor visitMethod(
                    int access, String name, String type, String signature, String[] thrown) {
                  return new MethodVisitor(Opcodes.ASM9) {
                    @Override
                    public void visitInvokeDynamicInsn(
                        String called, String itsType, Handle bootstrap, Object... arguments) {
                      names.add(bootstrap.getName());
                    }
                  };
                }
              },
              0);
    }
    return names;
  }
}
