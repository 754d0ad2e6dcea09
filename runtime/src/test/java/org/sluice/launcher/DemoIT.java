package org.sluice.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code sluice demo} as it is shipped: two processes, one connection. */
class DemoIT {
  private static final Pattern RECEIVER = Pattern.compile("receiver: process ([0-9]+),.*");
  private static final Pattern READY = Pattern.compile("ready (http://\\S+) in .*");
  private static final Pattern HELLO = Pattern.compile("Hello from process ([0-9]+)\\.");

  @TempDir Path folder;

  @Test
  void anotherProcessWritesTheBodyAndEndsWithTheFront() throws Exception {
    Process front = start();
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

  private Process start() throws IOException {
    Path script =
        Path.of(System.getProperty("sluice.distribution", "target/sluice"), "bin/sluice")
            .toAbsolutePath();
    ProcessBuilder builder =
        new ProcessBuilder(
            script.toString(),
            "demo",
            "--base",
            folder.resolve("demo").toString(),
            "--listen",
            "127.0.0.1:0");
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    return builder.redirectError(ProcessBuilder.Redirect.INHERIT).start();
  }

  private static String await(BufferedReader out, Pattern wanted) throws IOException {
    for (String line = out.readLine(); line != null; line = out.readLine()) {
      Matcher matcher = wanted.matcher(line);
      if (matcher.matches()) {
        return matcher.group(1);
      }
    }
    throw new AssertionError("the front ended without saying " + wanted);
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
