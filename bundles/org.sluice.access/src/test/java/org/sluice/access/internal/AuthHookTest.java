package org.sluice.access.internal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.Deque;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sluice.api.hook.Verdict;
import org.sluice.api.http.Attributes;
import org.sluice.api.http.HandlerException;
import org.sluice.testing.Await;
import org.sluice.testing.MapOptions;
import org.sluice.testing.MemoryExchange;
import org.sluice.testing.MemoryExchangeBuilder;

class AuthHookTest {
  /** Password {@code x}. */
  private static final String HASH = "$2y$04$beYMa5i5vyEVa3f9zjW4Fe15Zo5SlCQlUnz5q8SF1vf4kcO89pkse";

  /** Password {@code pw}. */
  private static final String OTHER = "$1$abcdefgh$IQtUouv7y7Q9dRWkQEPCc.";

  @TempDir Path folder;
  private Path file;
  private final AuthHook hook = new AuthHook();
  private final Deque<Runnable> workers = new ArrayDeque<>();

  @BeforeEach
  void users() throws IOException {
    file = folder.resolve("users");
    Files.writeString(file, "# people\n\nbob:" + HASH + "\nann:" + OTHER + ":Ann of Accounts\n");
  }

  private MapOptions options(String... more) {
    String[] all = new String[more.length + 2];
    all[0] = "auth.file";
    all[1] = file.toString();
    System.arraycopy(more, 0, all, 2, more.length);
    return MapOptions.of(all).declared(AuthOptions.class);
  }

  private MemoryExchange ask(String... authorization) {
    MemoryExchangeBuilder builder = MemoryExchange.get("/").workers(workers::add);
    for (String value : authorization) {
      builder.header("Authorization", value);
    }
    return builder.build();
  }

  private static String basic(String pair) {
    return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(UTF_8));
  }

  /** Decides, with the work that is asked of workers. */
  private Verdict decide(MemoryExchange exchange, MapOptions options) {
    Verdict verdict = hook.call(exchange, options);
    if (verdict.later() == null) {
      return verdict;
    }
    while (!workers.isEmpty()) {
      workers.poll().run();
    }
    return verdict.later().toCompletableFuture().join();
  }

  @Test
  void whoIsInTheFileIsKnown() {
    MemoryExchange exchange = ask(basic("bob:x"));
    assertSame(Verdict.NEXT, decide(exchange, options()));
    assertEquals("bob", exchange.attribute(Attributes.USER));
    assertEquals("Basic", exchange.attribute(Attributes.AUTH_TYPE));
  }

  @ParameterizedTest
  @ValueSource(strings = {"bob:y", "bob:", "eve:x", "ann:x", "Bob:x", "bob:x:"})
  void whoIsNotIsAsked(String pair) {
    MemoryExchange exchange = ask(basic(pair));
    Verdict verdict = decide(exchange, options("auth.realm", "Say \"friend\""));
    assertEquals(401, verdict.status());
    assertEquals(
        "Basic realm=\"Say \\\"friend\\\"\", charset=\"UTF-8\"",
        verdict.headers().get("WWW-Authenticate"));
    assertNull(exchange.attribute(Attributes.USER));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Basic",
        "Basic ",
        "Basic Ym9i",
        "Basic Om5vYm9keQ==",
        "Basic !!!!",
        "Bearer abc",
        "Basic Ym9iOnkKCg==",
        "Basic Ym9iAGI6eA==",
        "Basic /zp4",
        "Digest username=\"bob\""
      })
  void whatIsNoCredentialsCostsNoHash(String value) {
    assertEquals(401, hook.call(ask(value), options()).status());
    assertEquals(0, workers.size());
  }

  @Test
  void twoAuthorizationsAreNone() {
    assertEquals(401, hook.call(ask(basic("bob:x"), basic("bob:x")), options()).status());
    assertEquals(401, hook.call(ask(), options()).status());
  }

  @Test
  void theSchemeIsReadWithoutCase() {
    assertSame(Verdict.NEXT, decide(ask("bAsIc" + basic("bob:x").substring(5)), options()));
  }

  @Test
  void withoutAFileNobodyIsAsked() {
    assertSame(Verdict.NEXT, hook.call(ask(), MapOptions.of().declared(AuthOptions.class)));
  }

  /** The second request on a connection costs no worker. */
  @Test
  void verifiedCredentialsAreTakenOnTheLoop() {
    MapOptions options = options();
    // A file is looked at again after a while: two requests far apart prove nothing.
    Await.until(
        java.time.Duration.ofSeconds(20),
        () -> {
          assertSame(Verdict.NEXT, decide(ask(basic("bob:x")), options));
          return hook.call(ask(basic("bob:x")), options) == Verdict.NEXT;
        },
        "the second of two requests is taken on the loop");
    assertNotNull(hook.call(ask(basic("bob:y")), options).later());
  }

  @Test
  void theCacheIsBoundedAndForgetsTheOldest() {
    VerifiedCache cache = new VerifiedCache(2);
    PasswordHash hash = PasswordHash.parse(HASH);
    Credentials[] all = new Credentials[3];
    for (int i = 0; i < 3; i++) {
      all[i] = new Credentials("user" + i, new byte[] {1});
      cache.add(hash, all[i]);
    }
    assertEquals(2, cache.size());
    assertEquals(
        "false true true",
        cache.has(hash, all[0]) + " " + cache.has(hash, all[1]) + " " + cache.has(hash, all[2]));
  }

  private void rewrite(String content) throws IOException {
    Path fresh = Files.writeString(folder.resolve("fresh"), content);
    Files.move(fresh, file, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
  }

  private void awaitStatus(int status, String pair, MapOptions options) {
    Await.until(
        java.time.Duration.ofSeconds(20),
        () -> decide(ask(basic(pair)), options).status() == status,
        pair + " gets " + status);
  }

  @Test
  void aChangedFileIsReadAgain() throws IOException {
    MapOptions options = options();
    assertSame(Verdict.NEXT, decide(ask(basic("bob:x")), options));
    rewrite("bob:" + OTHER + "\n");
    awaitStatus(401, "bob:x", options);
    assertSame(Verdict.NEXT, decide(ask(basic("bob:pw")), options));
    rewrite("eve:" + HASH + "\n");
    awaitStatus(401, "bob:pw", options);
    assertSame(Verdict.NEXT, decide(ask(basic("eve:x")), options));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"bob\n", "new:" + HASH + "\nno line of a password file\n", ":" + HASH, "bob:"})
  void aBrokenFileLeavesTheLastGoodState(String content) throws Exception {
    WatchedFile<Users> watched = new WatchedFile<>(file, Users::parse);
    Users good = watched.current();
    rewrite(content);
    Await.until(java.time.Duration.ofSeconds(20), () -> watched.fresh() == null, "it is looked at");
    assertSame(good, watched.current());
    Files.delete(file);
    Await.until(java.time.Duration.ofSeconds(20), () -> watched.fresh() == null, "it is looked at");
    assertSame(good, watched.current());
  }

  @ParameterizedTest
  @CsvSource({"nonsense,users:1: a line is USER:HASH", ",there is no such file"})
  void withoutAGoodStateNobodyPasses(String content, String message) throws IOException {
    if (content == null) {
      Files.delete(file);
    } else {
      rewrite(content);
    }
    CompletionException e =
        assertThrows(CompletionException.class, () -> decide(ask(basic("bob:x")), options()));
    HandlerException cause = (HandlerException) e.getCause();
    assertEquals(500, cause.status());
    assertTrue(cause.getMessage().contains(message), cause.getMessage());
  }

  /** Somebody who is not in the file is worked on as somebody who is. */
  @Test
  void unknownUsersCostTheSameWork() throws Exception {
    Users users = new WatchedFile<>(file, Users::parse).current();
    VerifiedCache cache = new VerifiedCache(1);
    assertNull(users.find("eve"));
    PasswordHash decoy = users.decoy(cache.number("eve"));
    assertNotNull(decoy);
    assertSame(decoy, users.decoy(cache.number("eve")));
  }

  @Test
  void whatDoesNotFitIntoTheQueueIsRefused() {
    HashWork work = new HashWork(1, 1);
    assertNotNull(work.submit(workers::add, () -> 1));
    assertNotNull(work.submit(workers::add, () -> 2));
    CompletionException e =
        assertThrows(
            CompletionException.class,
            () -> work.submit(workers::add, () -> 3).toCompletableFuture().join());
    assertEquals(503, ((HandlerException) e.getCause()).status());
    assertEquals(1, workers.size(), "one thread for both");
    workers.poll().run();
    assertEquals(4, run(work, 4));
  }

  private int run(HashWork work, int value) {
    var stage = work.submit(workers::add, () -> value);
    workers.poll().run();
    return stage.toCompletableFuture().join();
  }

  @Test
  void aPoolThatRefusesCostsOneRequest() {
    HashWork work = new HashWork(1, 0);
    CompletionException e =
        assertThrows(
            CompletionException.class,
            () ->
                work.submit(
                        task -> {
                          throw new RejectedExecutionException("full");
                        },
                        () -> 1)
                    .toCompletableFuture()
                    .join());
    assertEquals(503, ((HandlerException) e.getCause()).status());
    assertEquals(2, run(work, 2));
  }
}
