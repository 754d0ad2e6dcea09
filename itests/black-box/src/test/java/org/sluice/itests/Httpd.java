package org.sluice.itests;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.sluice.testing.Await;
import org.sluice.testing.Processes;
import org.sluice.testing.RawHttpClient;

/** Apache httpd, for tests that compare; its root is the folder {@code httpd} of a base. */
final class Httpd implements AutoCloseable {
  private static final Path PROGRAM = Path.of("/usr/sbin/apache2");
  private static final Path MODULES = Path.of("/usr/lib/apache2/modules");

  private final Processes processes = new Processes();
  private final int port;

  private Httpd(int port) {
    this.port = port;
  }

  /** Skips the test where there is none. */
  static void needed(String... modules) {
    assumeTrue(Files.isExecutable(PROGRAM), "no " + PROGRAM + " here: install apache2-bin");
    for (String module : modules) {
      Path file = file(module);
      assumeTrue(Files.exists(file), "no " + file + " here");
    }
  }

  private static Path file(String module) {
    return MODULES.resolve("mod_" + module + ".so");
  }

  /** Starts it with these modules beside those that it cannot do without, and waits. */
  static Httpd start(Base base, List<String> modules, String... lines) throws IOException {
    Path root = Files.createDirectories(base.path("httpd"));
    Files.writeString(root.resolve("types"), "text/plain txt\ntext/html html shtml\n");
    Httpd httpd = new Httpd(Sockets.freePort());
    Path conf = root.resolve("httpd.conf");
    Files.writeString(conf, httpd.configuration(root, modules, lines));
    try {
      httpd.processes.start(PROGRAM.toString(), "-D", "FOREGROUND", "-f", conf.toString());
      Await.until(httpd::answers, "httpd listens");
      return httpd;
    } catch (IOException | AssertionError e) {
      httpd.close();
      throw e;
    }
  }

  private String configuration(Path root, List<String> modules, String... more) {
    List<String> lines = new ArrayList<>();
    List<String> all = new ArrayList<>(List.of("mpm_event", "authz_core", "dir", "mime"));
    all.addAll(modules);
    for (String module : all) {
      lines.add("LoadModule " + module + "_module " + file(module));
    }
    lines.add("ServerRoot \"" + root + "\"");
    lines.add("PidFile pid");
    lines.add("ServerName localhost");
    lines.add("Listen 127.0.0.1:" + port);
    lines.add("DocumentRoot htdocs");
    lines.add("TypesConfig types");
    lines.add("ErrorLog error.log");
    lines.add("StartServers 1");
    lines.add("ThreadsPerChild 4");
    lines.add("MaxRequestWorkers 4");
    lines.add("ServerLimit 1");
    // Without effect unless root runs the tests; httpd refuses to serve as root.
    lines.add("User nobody");
    lines.add("Group nogroup");
    lines.add("<Directory />\nRequire all granted\n</Directory>");
    lines.addAll(List.of(more));
    return String.join("\n", lines) + "\n";
  }

  int port() {
    return port;
  }

  private boolean answers() {
    try (RawHttpClient client = RawHttpClient.connect(port)) {
      return client.send("GET /f.txt HTTP/1.0\r\n\r\n").readToEnd().length > 0;
    } catch (IOException e) {
      return false;
    }
  }

  @Override
  public void close() {
    processes.close();
  }
}
