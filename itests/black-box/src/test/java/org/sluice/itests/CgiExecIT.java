package org.sluice.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.sluice.testing.RawResponse;

/**
 * The element {@code exec} while SSI, its contract and CGI come and go in any order: a page has the
 * program's output or the error text, or is a 503, and as soon as all are there it has the output.
 */
class CgiExecIT {
  private static final String SSI = "org.sluice.ssi";
  private static final String CONTRACT = "org.sluice.ssi.api";
  private static final String CGI = "org.sluice.cgi";
  private static final String PAGE = "/page.shtml";
  private static final String PROGRAM = "/cgi-bin/x.sh";
  private static final String OUTPUT = "a[ran]b";
  private static final String ERROR = "a[an error occurred while processing this directive]b";

  private Front front;
  private final Map<String, Integer> seen = Collections.synchronizedMap(new TreeMap<>());
  private final AtomicBoolean over = new AtomicBoolean();
  private final List<Thread> clients = new ArrayList<>();

  @BeforeEach
  void start() throws IOException {
    Base base =
        Base.withSite("cgi-exec", "root=htdocs")
            .route("files", "target=file:", "ssi=on")
            .route("cgi", "path=/cgi-bin/", "target=cgi:cgi-bin")
            .bytes("htdocs/page.shtml", "a<!--#exec cgi=\"/cgi-bin/x.sh\" -->b".getBytes())
            .bytes("cgi-bin/x.sh", "#!/bin/sh\necho\nprintf '[ran]'\n".getBytes());
    Files.setPosixFilePermissions(
        base.path("cgi-bin/x.sh"), PosixFilePermissions.fromString("rwxr-xr-x"));
    front = Front.start(base);
    for (int i = 0; i < 3; i++) {
      String target = i == 2 ? PROGRAM : PAGE;
      Thread client = new Thread(() -> ask(target), "client-" + i);
      client.setDaemon(true);
      client.start();
      clients.add(client);
    }
  }

  @AfterEach
  void stop() {
    over.set(true);
    front.close();
  }

  private void ask(String target) {
    while (!over.get()) {
      try {
        RawResponse answer = front.get(target);
        String what = answer.status() == 200 ? answer.text() : "";
        seen.merge(target + " " + answer.status() + " " + what, 1, Integer::sum);
      } catch (IOException e) {
        seen.merge(target + " " + e, 1, Integer::sum);
      }
    }
  }

  @Test
  void anyOrderOfStopAndStart() throws Exception {
    front.await(PAGE, answer -> answer.text().equals(OUTPUT), "the page is whole");
    for (String[] order :
        new String[][] {{CGI, SSI}, {SSI, CGI}, {CGI}, {SSI}, {CGI, SSI}, {SSI, CGI}}) {
      for (String bundle : order) {
        front.ask("stop", id(bundle));
        front.awaitStatus(bundle.equals(CGI) ? PROGRAM : PAGE, 503);
        if (bundle.equals(CGI) && order.length == 1) {
          assertEquals(ERROR, front.get(PAGE).text());
        }
      }
      for (String bundle : order) {
        front.ask("start", id(bundle));
      }
      front.await(PAGE, answer -> answer.text().equals(OUTPUT), "exec is back");
      front.awaitStatus(PROGRAM, 200);
    }
    onlyKnownAnswers();
  }

  /** CGI is there first, and stays when the contract of pages goes; nobody refreshes it. */
  @Test
  void theContractComesLater() throws Exception {
    front.await(PAGE, answer -> answer.text().equals(OUTPUT), "the page is whole");
    front.ask("uninstall", id(SSI));
    front.ask("uninstall", id(CONTRACT));
    front.ask("refresh");
    front.awaitStatus(PROGRAM, 200);
    front.awaitStatus(PAGE, 503);
    install(CONTRACT);
    front.ask("start", install(SSI));
    front.await(PAGE, answer -> answer.text().equals(OUTPUT), "exec is there");
    onlyKnownAnswers();
  }

  private void onlyKnownAnswers() throws InterruptedException {
    over.set(true);
    for (Thread client : clients) {
      client.join(30_000);
    }
    assertTrue(seen.getOrDefault(PAGE + " 200 " + OUTPUT, 0) > 0, seen::toString);
    for (String known :
        List.of(
            PAGE + " 200 " + OUTPUT,
            PAGE + " 200 " + ERROR,
            PAGE + " 503 ",
            PROGRAM + " 200 [ran]",
            PROGRAM + " 503 ")) {
      seen.remove(known);
    }
    assertEquals(Map.of(), seen);
  }

  private String id(String bundle) throws IOException {
    return front
        .ask("lb", "-s")
        .lines()
        .filter(line -> line.matches(".*[ |]" + Pattern.quote(bundle) + "[ (|].*"))
        .findFirst()
        .orElseThrow()
        .strip()
        .split("[| ]")[0];
  }

  private String install(String bundle) throws IOException {
    Pattern name = Pattern.compile(Pattern.quote(bundle) + "-[0-9].*\\.jar");
    try (Stream<Path> jars = Files.walk(Distribution.HOME.resolve("bundles"))) {
      Path jar =
          jars.filter(file -> name.matcher(file.getFileName().toString()).matches())
              .findFirst()
              .orElseThrow();
      Matcher id = Pattern.compile("[0-9]+").matcher(front.ask("install", jar.toUri().toString()));
      assertTrue(id.find(), "an id");
      return id.group();
    }
  }
}
