package org.sluice.launcher;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;

/**
 * The built distribution, with {@link StubCore} in place of our bundles, and processes of its
 * {@code bin/sluice}.
 */
final class TestHome {
  final Path home;

  TestHome(Path folder) throws IOException {
    Path built =
        Path.of(System.getProperty("sluice.distribution", "target/sluice")).toAbsolutePath();
    home = folder.resolve("home");
    for (String part : List.of("bin", "etc", "lib", "bundles/1", "bundles/3", "bundles/4")) {
      copy(built.resolve(part), home.resolve(part));
    }
    Files.createDirectories(home.resolve("bundles/2"));
    bundle(
        home.resolve("bundles/2/stub.core.jar"), "stub.core", StubCore.class, "org.osgi.framework");
  }

  private static void copy(Path from, Path to) throws IOException {
    Files.createDirectories(to);
    try (Stream<Path> files = Files.list(from)) {
      for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
        Files.copy(
            file,
            to.resolve(file.getFileName().toString()),
            java.nio.file.StandardCopyOption.COPY_ATTRIBUTES);
      }
    }
  }

  /** Writes a bundle of one class, or of none. */
  static void bundle(Path jar, String symbolicName, Class<?> activator, String imports)
      throws IOException {
    Manifest manifest = new Manifest();
    Attributes main = manifest.getMainAttributes();
    main.put(Attributes.Name.MANIFEST_VERSION, "1.0");
    main.putValue("Bundle-ManifestVersion", "2");
    main.putValue("Bundle-SymbolicName", symbolicName);
    main.putValue("Import-Package", imports);
    if (activator != null) {
      main.putValue("Bundle-Activator", activator.getName());
    }
    try (OutputStream file = Files.newOutputStream(jar);
        JarOutputStream out = new JarOutputStream(file, manifest)) {
      if (activator != null) {
        String name = activator.getName().replace('.', '/') + ".class";
        out.putNextEntry(new ZipEntry(name));
        try (InputStream in = activator.getClassLoader().getResourceAsStream(name)) {
          in.transferTo(out);
        }
      }
    }
  }

  /** What a finished process said. */
  record Result(int status, String out, String err) {}

  /** Runs a command to its end, at most 60 s. */
  Result sluice(String... words) throws IOException, InterruptedException {
    return finish(start(words));
  }

  Process start(String... words) throws IOException {
    return builder(words).start();
  }

  ProcessBuilder builder(String... words) {
    List<String> line = new ArrayList<>(List.of(home.resolve("bin/sluice").toString()));
    line.addAll(List.of(words));
    ProcessBuilder builder = new ProcessBuilder(line);
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    return builder;
  }

  static Result finish(Process process) throws IOException, InterruptedException {
    try {
      process.getOutputStream().close();
      if (!process.waitFor(60, TimeUnit.SECONDS)) { // output is less than a pipe holds
        throw new IllegalStateException("does not end");
      }
      String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
      return new Result(process.exitValue(), out, err);
    } finally {
      process.destroyForcibly();
    }
  }
}
