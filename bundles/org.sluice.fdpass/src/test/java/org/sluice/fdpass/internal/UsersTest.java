package org.sluice.fdpass.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class UsersTest {
  private final List<String> unknown = new ArrayList<>();

  @Test
  void ownUserAndRootMayAlways() {
    for (List<String> names : List.of(List.<String>of(), List.of("12345"))) {
      Users users = Users.of(names, unknown);

      assertTrue(users.allows(0));
      assertTrue(users.allows(Users.ownUid()));
      assertEquals(names.contains("12345"), users.allows(12345));
      assertFalse(users.allows(54321));
    }
    assertEquals(List.of(), unknown);
  }

  @Test
  void namesOfThisMachine() {
    // Every Linux has root; whoever else is there differs.
    Users.of(List.of("root"), unknown);
    assertEquals(List.of(), unknown);
  }

  @Test
  void unknownNamesAllowNobody() {
    Users users = Users.of(List.of("no such user", "-1", "12345"), unknown);

    assertEquals(List.of("no such user", "-1"), unknown);
    assertTrue(users.allows(12345));
    assertFalse(users.allows(-1));
  }
}
