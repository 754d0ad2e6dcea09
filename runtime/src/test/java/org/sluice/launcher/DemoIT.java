package org.sluice.launcher;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code sluice demo} as it is shipped: two processes, one connection. */
class DemoIT {
  private static final Pattern RECEIVER = Pattern.compile("receiver: process ([0-9]+),.*");
  private static final Pattern READY = Pattern.compile("ready (http://\\S+) in .*");
  private static final Pattern HELLO = Pattern.compile("Hello from process ([0-9]+)\\.");

  @TempDir Path folder;
  private Path base;

  @BeforeEach
  void nameBase() {
    base = folder.resolve("demo");
  }

  @Test
  void anotherProcessWritesTheBodyAndEndsWithTheFront() throws Exception {
    Process front = start("127.0.0.1:0");
    ProcessHandle receiver = null;
    try {
      BufferedReader out = front.inputReader(StandardCharsets.UTF_8);
      receiver = ProcessHandle.of(Long.parseLong(await(out, RECEIVER))).orElseThrow();
      String address = await(out, READY);

      assertEquals(200, get(address + "/").statusCode());
      HttpResponse<String> hello = get(address + "/hello/");
      assertEquals(200, hello.statusCode());
      Matcher process = HELLO.matcher(hello.body());
      assertTrue(process.find(), hello.body());
      assertEquals(receiver.pid(), Long.parseLong(process.group(1)));
      assertNotEquals(front.pid(), receiver.pid());
      assertTrue(hello.body().contains("5/5"), hello.body());
      leaseComesBack(address, receiver.pid());
    } finally {
      front.destroyForcibly(); // the hardest way to end: nothing of the front's own code runs
      if (receiver != null) {
        receiver.onExit().get(20, TimeUnit.SECONDS);
      }
    }
  }

  /** What the demonstration is about; a terminal's Ctrl-C goes to both processes. */
  @ParameterizedTest
  @CsvSource({"-KILL, false", "-TERM, false", "-TERM, true"})
  void aStreamGoesOnWhenTheFrontHasEnded(String signal, boolean both) throws Exception {
    Process front = start("127.0.0.1:0");
    try {
      BufferedReader out = front.inputReader(StandardCharsets.UTF_8);
      String receiver = await(out, RECEIVER);
      URI address = URI.create(await(out, READY));
      try (Socket client = new Socket(address.getHost(), address.getPort())) {
        client.setSoTimeout(20_000);
        client
            .getOutputStream()
            .write("GET /hello/ HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(US_ASCII));
        BufferedReader stream =
            new BufferedReader(new InputStreamReader(client.getInputStream(), US_ASCII));
        await(stream, Pattern.compile("(1/5) .*"));
        List<String> kill = List.of("kill", signal, Long.toString(front.pid()));
        if (both) {
          kill = List.of("kill", signal, Long.toString(front.pid()), receiver);
        }
        assertEquals(0, new ProcessBuilder(kill).start().waitFor());
        assertTrue(front.waitFor(20, TimeUnit.SECONDS));
        assertEquals(
            List.of("2/5", "3/5", "4/5", "5/5"),
            stream.lines().map(line -> line.substring(0, 3)).toList());
      }
      ProcessHandle.of(Long.parseLong(receiver))
          .ifPresent(left -> left.onExit().orTimeout(20, TimeUnit.SECONDS).join());
    } finally {
      front.destroyForcibly();
    }
  }

  /** It moved the running one to its own address and took the sockets of its receiver away. */
  @Test
  void aSecondDemoInTheSameBaseLeavesTheFirstAlone() throws Exception {
    Process front = start("127.0.0.1:0");
    try {
      BufferedReader out = front.inputReader(StandardCharsets.UTF_8);
      await(out, RECEIVER);
      String address = await(out, READY);
      Map<String, String> before = etc();
      TestHome.Result second = TestHome.finish(start("127.0.0.1:1"));
      assertEquals(1, second.status());
      assertTrue(second.err().contains("is in use by process " + front.pid()), second.err());
      assertEquals(before, etc());
      for (String path : List.of("/hello/", "/lease/")) {
        assertEquals(200, get(address + path).statusCode(), path);
      }
    } finally {
      front.destroyForcibly();
    }
  }

  /** The site was deleted, the routes were written over. */
  @ParameterizedTest
  @CsvSource({
    "org.sluice.site~main.cfg, listen=127.0.0.1:0",
    "org.sluice.route~welcome.cfg, path=/",
    "org.sluice.site~demo.cfg, listen=127.0.0.1:0",
    "org.sluice.route~other.cfg, path=/other"
  })
  void aBaseOfSomebodyElseIsRefused(String name, String text) throws Exception {
    Files.createDirectories(base.resolve("etc"));
    Files.writeString(base.resolve("etc").resolve(name), text + "\n");
    Map<String, String> before = etc();
    TestHome.Result demo = TestHome.finish(start("127.0.0.1:0"));
    assertEquals(1, demo.status());
    assertTrue(demo.err().contains("etc/" + name + " is neither"), demo.err());
    assertTrue(demo.err().contains("--base"), demo.err());
    assertEquals(before, etc());
    assertFalse(Files.exists(base.resolve("run")));
  }

  /** What was tried out in a demonstration's base is there the next time. */
  @Test
  void aDemonstrationGoesOnInItsOwnBase() throws Exception {
    Path etc = Files.createDirectories(base.resolve("etc"));
    Files.writeString(
        etc.resolve("org.sluice.site~demo.cfg"),
        "# The demonstration's site: any host name on this address.\nlisten=127.0.0.1:1\n");
    Files.writeString(etc.resolve("jvm.options"), "-XX:+UseSerialGC\n");
    Files.writeString(etc.resolve("org.sluice.route~mine.cfg"), "path=/mine\ntarget=status:204\n");
    Files.writeString(etc.resolve("org.sluice.route~hello.cfg"), "path=/h\ntarget=status:204\n");
    TestHome.Result demo = TestHome.finish(start("nonsense"));
    assertTrue(demo.err().contains("--listen nonsense: nothing"), demo.err());
    assertEquals("path=/mine\ntarget=status:204\n", etc().get("org.sluice.route~mine.cfg"));
    assertEquals("path=/h\ntarget=status:204\n", etc().get("org.sluice.route~hello.cfg"));
    assertTrue(etc().get("org.sluice.site~demo.cfg").endsWith("listen=nonsense\n"));
  }

  /** And what it leaves behind is no reason to refuse the next one. */
  @Test
  void whereNothingListensNobodyIsInvited() throws Exception {
    for (String listen : List.of("nonsense", "127.0.0.1:99999")) {
      TestHome.Result demo = TestHome.finish(start(listen));
      assertEquals(1, demo.status(), demo.out());
      assertTrue(demo.err().contains("sluice: --listen " + listen + ": nothing"), demo.err());
      assertFalse(demo.out().contains("curl"), demo.out());
    }
  }

  private Map<String, String> etc() throws IOException {
    Map<String, String> texts = new TreeMap<>();
    try (Stream<Path> files = Files.list(base.resolve("etc"))) {
      for (Path file : (Iterable<Path>) files::iterator) {
        texts.put(file.getFileName().toString(), Files.readString(file));
      }
    }
    return texts;
  }

  /** Receiver, front, receiver: three answers on one connection. */
  private static void leaseComesBack(String address, long receiver) throws Exception {
    HttpClient client = HttpClient.newHttpClient();
    String[] seen = new String[3];
    for (int i = 0; i < seen.length; i++) {
      String path = i == 1 ? "/" : "/lease/";
      seen[i] = get(client, address + path).body();
    }
    String first = "Process " + receiver + " answers on lease 1 of your connection from port ";
    assertTrue(seen[0].startsWith(first), seen[0]);
    assertTrue(seen[1].startsWith("Answered by the front"), seen[1]);
    assertEquals(seen[0].replace("lease 1", "lease 2"), seen[2], "the same connection");
  }

  private Process start(String listen) throws IOException {
    Path script =
        Path.of(System.getProperty("sluice.distribution", "target/sluice"), "bin/sluice")
            .toAbsolutePath();
    ProcessBuilder builder =
        new ProcessBuilder(
            script.toString(), "demo", "--base", base.toString(), "--listen", listen);
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    return builder.start();
  }

  private static String await(BufferedReader out, Pattern wanted) throws IOException {
    for (String line = out.readLine(); line != null; line = out.readLine()) {
      Matcher matcher = wanted.matcher(line);
      if (matcher.matches()) {
        return matcher.group(1);
      }
    }
    throw new AssertionError("the end without " + wanted);
  }

  private static HttpResponse<String> get(String url) throws IOException, InterruptedException {
    return get(HttpClient.newHttpClient(), url);
  }

  private static HttpResponse<String> get(HttpClient client, String url)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(url)).timeout(Duration.ofSeconds(20)).build();
    return client.send(request, HttpResponse.BodyHandlers.ofString());
  }
}
