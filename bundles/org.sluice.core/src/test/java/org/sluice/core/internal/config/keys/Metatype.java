package org.sluice.core.internal.config.keys;

import aQute.bnd.osgi.Builder;
import aQute.bnd.osgi.Jar;
import aQute.bnd.osgi.Resource;
import java.io.File;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assertions;

/** Makes Metatype resources the way the build of a plug-in does: with bnd, from annotations. */
public final class Metatype {
  private Metatype() {}

  /** A catalog in which the plug-in of {@link OpeningOptions} is present. */
  public static Catalog catalogWithOpening() throws Exception {
    Catalog catalog = new Catalog();
    addOpening(catalog);
    return catalog;
  }

  /** Adds the plug-in of {@link OpeningOptions} as bundle {@code opening}. */
  public static void addOpening(Catalog catalog) throws Exception {
    try (Jar jar = build()) {
      Map<String, Resource> resources = jar.getDirectory("OSGI-INF/metatype");
      for (Resource resource : resources.values()) {
        try (InputStream in = resource.openInputStream()) {
          Assertions.assertEquals(List.of(), catalog.add("opening", in));
        }
      }
    }
  }

  private static Jar build() throws Exception {
    try (Builder builder = new Builder()) {
      File classes =
          new File(Metatype.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
        File file = new File(entry);
        if (file.exists()) {
          builder.addClasspath(file);
        }
      }
      builder.addClasspath(classes);
      builder.setProperty("Bundle-SymbolicName", "opening");
      builder.setProperty("-includepackage", "org.sluice.core.internal.config.keys");
      builder.setProperty("-nomanifest", "true");
      Jar jar = builder.build();
      Assertions.assertEquals(List.of(), builder.getErrors());
      builder.removeClose(jar);
      return jar;
    }
  }
}
