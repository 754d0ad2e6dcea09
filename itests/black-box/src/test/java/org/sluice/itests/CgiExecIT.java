package org.sluice.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
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
  private static final String PAGE = "/pages/page.shtml";
  private static final String PROGRAM = "/cgi-bin/x.sh";
  private static final String OUTPUT = "a[ran]b";
  private static final String ERROR = "a[an error occurred while processing this directive]b";

  private Base base;
  private Front front;
  private final Map<String, Integer> seen = Collections.synchronizedMap(new TreeMap<>());
  private final AtomicBoolean over = new AtomicBoolean();
  private final List<Thread> clients = new ArrayList<>();

  @BeforeEach
  void make() throws IOException {
    base =
        Base.withSite("exec", "root=htdocs")
            .route("pages", "path=/pages/", "target=file:htdocs", "ssi=on")
            .route("cgi", "path=/cgi-bin/", "target=cgi:cgi-bin")
            // Every 503 here waits for it.
            .file("etc/org.sluice.core.cfg", "plugin.hold=200ms")
            .bytes("htdocs/page.shtml", "a<!--#exec cgi=\"/cgi-bin/x.sh\" -->b".getBytes())
            .bytes("cgi-bin/x.sh", "#!/bin/sh\necho\nprintf '[ran]'\n".getBytes());
    Files.setPosixFilePermissions(
        base.path("cgi-bin/x.sh"), PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private void start(Front newFront) {
    front = newFront.awaitReady();
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
    if (front != null) {
      front.close();
    }
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
    start(Front.launch(base, Distribution.command("run", "--base", base.path().toString())));
    front.await(PAGE, answer -> answer.text().equals(OUTPUT), "the page is whole");
    Map<String, String> ids = Map.of(CGI, id(CGI), SSI, id(SSI));
    for (String[] order : new String[][] {{CGI, SSI}, {SSI, CGI}, {CGI}}) {
      for (String bundle : order) {
        front.ask("stop", ids.get(bundle));
        front.awaitStatus(bundle.equals(CGI) ? PROGRAM : PAGE, 503);
        if (bundle.equals(CGI) && order.length == 1) {
          assertEquals(ERROR, front.get(PAGE).text());
        }
      }
      for (String bundle : order) {
        front.ask("start", ids.get(bundle));
      }
      front.await(PAGE, answer -> answer.text().equals(OUTPUT), "exec is back");
      front.awaitStatus(PROGRAM, 200);
    }
    onlyKnownAnswers();
  }

  /** A front that starts without SSI and its contract; nobody refreshes the CGI bundle. */
  @Test
  void theContractComesLater() throws Exception {
    Path home = withoutPages(base.path("home"));
    start(Front.launch(base, Distribution.command(home, "run", "--base", base.path().toString())));
    front.awaitStatus(PROGRAM, 200);
    front.awaitStatus(PAGE, 503);
    install(CONTRACT);
    String ssi = install(SSI);
    front.ask("start", ssi);
    front.await(PAGE, answer -> answer.text().equals(OUTPUT), "exec is there");
    String cgi = id(CGI);
    front.ask("stop", cgi);
    front.await(PAGE, answer -> answer.text().equals(ERROR), "exec is gone");
    front.ask("stop", ssi);
    front.awaitStatus(PAGE, 503);
    front.ask("start", cgi);
    front.ask("start", ssi);
    front.await(PAGE, answer -> answer.text().equals(OUTPUT), "exec is back");
    onlyKnownAnswers();
  }

  /** A copy of the distribution without these two bundles. */
  private static Path withoutPages(Path copy) throws IOException {
    Path home = Distribution.HOME;
    List<Path> left = List.of(Distribution.stock(SSI), Distribution.stock(CONTRACT));
    try (Stream<Path> files = Files.walk(home)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        String first = home.relativize(file).toString();
        if (!left.contains(file) && !first.matches("(cache|run|log)/.*")) {
          Files.copy(file, copy.resolve(first), StandardCopyOption.COPY_ATTRIBUTES);
        }
      }
    }
    return copy;
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
    String jar = Distribution.stock(bundle).toUri().toString();
    Matcher id = Pattern.compile("[0-9]+").matcher(front.ask("install", jar));
    assertTrue(id.find(), "an id");
    return id.group();
  }
}
