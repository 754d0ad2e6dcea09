package org.sluice.access.internal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Hashes that other programs made: htpasswd and openssl. */
class PasswordHashTest {
  private static final String UMLAUT = "sesam öffne";

  /** The words stand for passwords that do not fit into a table. */
  private static byte[] password(String word) {
    String text =
        switch (word) {
          case "EMPTY" -> "";
          case "A71" -> "a".repeat(71);
          case "A72" -> "a".repeat(72);
          case "B90" -> "b".repeat(90);
          default -> word;
        };
    return text.getBytes(UTF_8);
  }

  @ParameterizedTest
  @CsvSource({
    "sesam öffne,$2y$05$Nhb/17RMO0fgJ3cfNVLUfOVHxrdGB.YgKv.nj9ZcWfQ1sWUYHvL/i",
    "x,$2y$04$beYMa5i5vyEVa3f9zjW4Fe15Zo5SlCQlUnz5q8SF1vf4kcO89pkse",
    "A71,$2y$04$CkDObvfdvlesd9d5G4D9V.nQi0oNc18IATK54i4NGsDzg5/ZD0n3W",
    "A72,$2y$04$C4HI83p4MXgoVXWpLEaDj.PI9DSTA/epASBZ/I3fY5QXqnZCVczW.",
    "B90,$2y$04$XuQCubjjBeVekhxO8daOH.sYXxKa6J3L5X58DoBNqu5X3pynpRjXm",
    "sesam öffne,{SHA}Ew40VPtizN/dJ+Kau7ZPtJT0xFI=",
    "sesam öffne,$apr1$AqHuRpR6$UJXqZNlKyvNhrDNzl9Ap70",
    "sesam öffne,$5$IVTrwk2F8QZt9Fei$9WNpdKzop78MUX99icBvmW9VguocHOFnodpDZSYO/a.",
    "sesam"
        + " öffne,$6$L1ff3zrtbhmyi7as$RNE8FeaaP0LDuIs7OMqJu5zPodFFbeauXSpG74nDg2yOM0Nz4OfSbAEloXxg1W5idZolickaIgB.19ROcBv8F0",
    "pw,$5$rounds=1000$kcG09RSTsrw6w01z$Y5MCGWOIubB59Tb4R32O2r9PzuKlOVmQqUzvjZgPspD",
    "EMPTY,$6$rounds=1000$m1dZlfZH4mu5Ww7w$00z4tXqP7QbHQKr7.GAUn1rghazp1UCSX4kA164R5jBwCfXE41xmQRM4Db9GkT1uIyhk050quWW.LyevgheHY/",
    "pw,$1$abcdefgh$IQtUouv7y7Q9dRWkQEPCc."
  })
  void theRightPasswordAndNoOther(String word, String text) {
    PasswordHash hash = PasswordHash.parse(text);
    assertNotNull(hash);
    byte[] password = password(word);
    byte[] before = password.clone();
    assertTrue(hash.matches(password));
    assertArrayEquals(before, password, "the caller's bytes stay");
    assertFalse(hash.matches((UMLAUT + "!").getBytes(UTF_8)));
    assertFalse(hash.matches(new byte[0]) && password.length > 0);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "secret",
        "lNZD30u3jPFu6",
        "{SHA}",
        "{SHA}Ew40VPtizN/dJ+Kau7ZPtJT0xF",
        "{SSHA}Ew40VPtizN/dJ+Kau7ZPtJT0xFI=",
        "$2y$05$Nhb/17RMO0fgJ3cfNVLUfOVHxrdGB.YgKv.nj9ZcWfQ1sWUYHvL/",
        "$2y$99$Nhb/17RMO0fgJ3cfNVLUfOVHxrdGB.YgKv.nj9ZcWfQ1sWUYHvL/i",
        "$2x$05$Nhb/17RMO0fgJ3cfNVLUfOVHxrdGB.YgKv.nj9ZcWfQ1sWUYHvL/i",
        "$5$IVTrwk2F8QZt9Fei$",
        "$6$short$short",
        "$apr1$AqHuRpR6$UJXqZNlKyvNhrDNzl9Ap7",
        "$7$whatever"
      })
  void whatIsNoHashOfOursVerifiesNobody(String text) {
    assertNull(PasswordHash.parse(text));
  }
}
