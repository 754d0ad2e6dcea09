package org.sluice.access.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sluice.api.hook.Verdict;
import org.sluice.api.http.Attributes;
import org.sluice.api.http.HandlerException;
import org.sluice.testing.MapOptions;
import org.sluice.testing.MemoryExchange;

class RequireHookTest {
  @TempDir Path folder;
  private final RequireHook hook = new RequireHook();

  private Verdict decide(String require, String user, String type) throws Exception {
    Path groups =
        Files.writeString(
            folder.resolve("groups"), "# who\nstaff: ann bob\nadmins:\troot\nstaff: cid\nempty:\n");
    MapOptions options =
        MapOptions.of("auth.require", require, "auth.groups", groups.toString())
            .declared(AuthOptions.class);
    MemoryExchange exchange = MemoryExchange.get("/").workers(Runnable::run).build();
    exchange.attribute(Attributes.USER, user);
    exchange.attribute(Attributes.AUTH_TYPE, type);
    Verdict verdict = hook.call(exchange, options);
    return verdict.later() == null ? verdict : verdict.later().toCompletableFuture().join();
  }

  @ParameterizedTest
  @CsvSource({
    "valid-user,bob,0",
    "user bob,bob,0",
    "user ann bob,bob,0",
    "user ann,bob,401",
    "user Bob,bob,401",
    "group staff,bob,0",
    "group staff,cid,0",
    "group staff,root,401",
    "group admins staff,root,0",
    "group nobody,bob,401",
    "group empty,bob,401",
    "'user root, group staff',bob,0",
    "'user root,group admins',bob,401",
    "'group admins,valid-user',bob,0",
    "'',bob,0"
  })
  void whoMayAsk(String require, String user, int status) throws Exception {
    assertEquals(status, decide(require, user, "Basic").status());
  }

  @Test
  void whoWasIdentifiedByAnotherHookIsNotAskedForAPassword() throws Exception {
    assertEquals(403, decide("user ann", "bob", "Cookie").status());
    assertEquals(0, decide("user ann", "ann", "Cookie").status());
  }

  @ParameterizedTest
  @ValueSource(strings = {"user", "group", "bob", "valid-user bob", "users bob", "User bob"})
  void whatIsNotKnownLetsNobodyIn(String require) {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> decide(require, "bob", "Basic"));
    assertTrue(e.getMessage().contains("'" + require + "' is not known"), e.getMessage());
  }

  @Test
  void withoutAnybodyWhoIdentifiesItIsAMistakeOfTheConfiguration() {
    CompletionException e =
        assertThrows(CompletionException.class, () -> decide("valid-user", null, null));
    assertEquals(500, assertInstanceOf(HandlerException.class, e.getCause()).status());
  }
}
