package org.sluice.itests;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Enumeration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

/** A copy of a bundle with other headers, or other texts in its component descriptions. */
final class Repack {
  private static final long FIXED_TIME = 1_700_000_000_000L;

  private final Path jar;
  private final Map<String, String> headers = new LinkedHashMap<>();
  private final Map<String, String> texts = new LinkedHashMap<>();

  private Repack(Path jar) {
    this.jar = jar;
  }

  static Repack of(Path jar) {
    return new Repack(jar);
  }

  /** Another version of the same bundle. */
  Repack version(String version) {
    headers.put("Bundle-Version", version);
    return this;
  }

  /** Another symbolic name. */
  Repack name(String symbolicName) {
    headers.put("Bundle-SymbolicName", symbolicName);
    return this;
  }

  Repack header(String name, String value) {
    headers.put(name, value);
    return this;
  }

  /** Another ranking of its components. */
  Repack ranking(int ranking) {
    return text("(name=\"service.ranking\"[^>]*value=\")-?[0-9]+", "$1" + ranking);
  }

  /** Replaces what the expression finds in {@code OSGI-INF/*.xml}. */
  Repack text(String regex, String replacement) {
    texts.put(regex, replacement);
    return this;
  }

  /** Writes the copy below {@code target/jars}. */
  Path to(String fileName) throws IOException {
    // Classes run side by side, in processes of their own.
    String own = String.valueOf(ProcessHandle.current().pid());
    Path folder = Files.createDirectories(Path.of("target", "jars", own).toAbsolutePath());
    Path target = folder.resolve(fileName);
    try (JarFile in = new JarFile(jar.toFile())) {
      Manifest manifest = new Manifest(in.getManifest());
      Attributes main = manifest.getMainAttributes();
      headers.forEach(main::putValue);
      try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(target), manifest)) {
        copy(in, out);
      }
    }
    return target;
  }

  private void copy(JarFile in, JarOutputStream out) throws IOException {
    Enumeration<JarEntry> entries = in.entries();
    while (entries.hasMoreElements()) {
      JarEntry entry = entries.nextElement();
      if (entry.getName().equals(JarFile.MANIFEST_NAME)) {
        continue;
      }
      JarEntry copy = new JarEntry(entry.getName());
      copy.setTime(FIXED_TIME);
      out.putNextEntry(copy);
      try (InputStream content = in.getInputStream(entry)) {
        out.write(change(entry.getName(), content));
      }
      out.closeEntry();
    }
  }

  private byte[] change(String name, InputStream content) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    content.transferTo(bytes);
    if (!name.startsWith("OSGI-INF/") || !name.endsWith(".xml")) {
      return bytes.toByteArray();
    }
    String text = bytes.toString(StandardCharsets.UTF_8);
    for (Map.Entry<String, String> each : texts.entrySet()) {
      text = text.replaceAll(each.getKey(), each.getValue());
    }
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
