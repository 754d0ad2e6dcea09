package org.sluice.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** What the documents show of Java compiles, so that it can be copied. */
class DocumentedSamplesTest {
  private static final Path DOCUMENT = Path.of("../../docs/plug-ins.md");
  private static final Pattern BLOCK = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);
  private static final Pattern NAME = Pattern.compile("public (?:final )?class (\\w+)");

  /** Imports that the document leaves out. */
  private static final String IMPORTS =
      Stream.of(
              "java.io",
              "java.nio",
              "java.nio.charset",
              "java.time",
              "java.util",
              "java.util.concurrent",
              "org.osgi.service.component.annotations",
              "org.osgi.service.component.propertytypes",
              "org.sluice.api.config",
              "org.sluice.api.handler",
              "org.sluice.api.hook",
              "org.sluice.api.http",
              "org.sluice.api.status",
              "org.sluice.handoff.api")
          .map(name -> "import " + name + ".*;\n")
          .collect(Collectors.joining());

  @TempDir Path classes;

  @TestFactory
  List<DynamicTest> compiles() throws IOException {
    List<DynamicTest> tests = new ArrayList<>();
    Matcher block = BLOCK.matcher(Files.readString(DOCUMENT));
    while (block.find()) {
      Matcher name = NAME.matcher(block.group(1));
      if (name.find()) {
        String text = IMPORTS + block.group(1);
        String type = name.group(1);
        tests.add(DynamicTest.dynamicTest(type, () -> compile(type, text)));
      }
    }
    assertTrue(tests.size() >= 5, "classes in " + DOCUMENT + ": " + tests.size());
    return tests;
  }

  private void compile(String type, String text) {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    DiagnosticCollector<JavaFileObject> found = new DiagnosticCollector<>();
    JavaFileObject source =
        new SimpleJavaFileObject(
            URI.create("string:///" + type + ".java"), JavaFileObject.Kind.SOURCE) {
          @Override
          public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return text;
          }
        };
    List<String> options =
        List.of(
            "--release",
            "17",
            "-proc:none",
            "-d",
            classes.toString(),
            "-cp",
            System.getProperty("java.class.path"));
    boolean compiled = compiler.getTask(null, null, found, options, null, List.of(source)).call();
    assertEquals(List.of(), found.getDiagnostics().stream().map(Object::toString).toList());
    assertTrue(compiled, type);
  }
}
