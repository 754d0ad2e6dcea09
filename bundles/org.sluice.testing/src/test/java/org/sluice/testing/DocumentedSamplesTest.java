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
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the documents show of Java compiles, so that it can be copied. */
class DocumentedSamplesTest {
  private static final Path TOP = Path.of("../..");
  private static final Pattern BLOCK = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);
  private static final Pattern TYPE =
      Pattern.compile("(?m)^(?:public )?(?:final )?(?:class|@interface) (\\w+)");

  /** Imports that the documents leave out. */
  private static final String IMPORTS =
      Stream.of(
              "java.io.*",
              "java.nio.*",
              "java.nio.charset.*",
              "java.time.*",
              "java.util.*",
              "java.util.concurrent.*",
              "org.junit.jupiter.api.Test",
              "org.osgi.service.component.annotations.*",
              "org.osgi.service.component.propertytypes.*",
              "org.osgi.service.metatype.annotations.AttributeDefinition",
              "org.osgi.service.metatype.annotations.ObjectClassDefinition",
              "org.sluice.api.config.*",
              "org.sluice.api.handler.*",
              "org.sluice.api.hook.*",
              "org.sluice.api.http.*",
              "org.sluice.api.status.*",
              "org.sluice.backend.api.*",
              "org.sluice.cgi.api.*",
              "org.sluice.handoff.api.*",
              "org.sluice.ssi.api.*",
              "org.sluice.testing.*",
              "static org.junit.jupiter.api.Assertions.*")
          .map(name -> "import " + name + ";\n")
          .collect(Collectors.joining());

  @TempDir Path classes;

  @ParameterizedTest
  @CsvSource({
    "README.md, 1",
    "docs/plug-ins.md, 8",
    "bundles/org.sluice.backend.api/README.md, 1",
    "bundles/org.sluice.cgi.api/README.md, 1",
    "bundles/org.sluice.ssi.api/README.md, 1",
    "bundles/org.sluice.testing/README.md, 1"
  })
  void compiles(String document, int samples) throws IOException {
    List<JavaFileObject> sources = new ArrayList<>();
    Matcher block = BLOCK.matcher(Files.readString(TOP.resolve(document)));
    while (block.find()) {
      sources.add(source(block.group(1), sources.size()));
    }
    assertEquals(samples, sources.size(), "samples in " + document);
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    DiagnosticCollector<JavaFileObject> found = new DiagnosticCollector<>();
    List<String> options =
        List.of(
            "--release",
            "17",
            "-proc:none",
            "-d",
            classes.toString(),
            "-cp",
            System.getProperty("java.class.path"));
    boolean compiled = compiler.getTask(null, null, found, options, null, sources).call();
    assertEquals(List.of(), found.getDiagnostics().stream().map(Object::toString).toList());
    assertTrue(compiled, document);
  }

  /** A type as it is; a test's method in a class; statements in a method that has what they use. */
  private static JavaFileObject source(String sample, int number) {
    Matcher type = TYPE.matcher(sample);
    if (type.find()) {
      return source(type.group(1), IMPORTS + sample);
    }
    String name = "Sample" + number;
    String body =
        sample.contains("@Test")
            ? sample
            : "void sample(Flusher flusher, Options options) throws Exception {" + sample + "}";
    return source(name, IMPORTS + "class " + name + " {" + body + "}");
  }

  private static JavaFileObject source(String name, String text) {
    return new SimpleJavaFileObject(
        URI.create("string:///" + name + ".java"), JavaFileObject.Kind.SOURCE) {
      @Override
      public CharSequence getCharContent(boolean ignoreEncodingErrors) {
        return text;
      }
    };
  }
}
