package org.sluice.access.internal;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Credentials that were verified, so that every further request of a client costs one digest. Kept
 * is a keyed digest of hash, user and password, never the password; the key dies with the process,
 * and another hash in the file makes another digest. Thread-safe.
 */
final class VerifiedCache {
  private static final String ALGORITHM = "HmacSHA256";

  private final SecretKeySpec key;
  private final Map<Digest, Boolean> entries;

  /** A digest as a map's key. */
  private record Digest(byte[] bytes) {
    @Override
    public boolean equals(Object other) {
      return other instanceof Digest that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(bytes);
    }
  }

  /** An empty cache of at most {@code most} entries; the least recently used goes first. */
  VerifiedCache(int most) {
    byte[] secret = new byte[32];
    new SecureRandom().nextBytes(secret);
    key = new SecretKeySpec(secret, ALGORITHM);
    entries =
        new LinkedHashMap<>(16, 0.75f, true) {
          private static final long serialVersionUID = 1L;

          @Override
          protected boolean removeEldestEntry(Map.Entry<Digest, Boolean> eldest) {
            return size() > most;
          }
        };
  }

  /** Whether these credentials were verified against this hash. */
  boolean has(PasswordHash hash, Credentials credentials) {
    Digest digest = digest(hash.text(), credentials.user(), credentials.password());
    synchronized (entries) {
      return entries.get(digest) != null;
    }
  }

  /** They were. */
  void add(PasswordHash hash, Credentials credentials) {
    Digest digest = digest(hash.text(), credentials.user(), credentials.password());
    synchronized (entries) {
      entries.put(digest, Boolean.TRUE);
    }
  }

  int size() {
    synchronized (entries) {
      return entries.size();
    }
  }

  /** A number that depends on the user's name and that nobody outside can foresee. */
  int number(String user) {
    byte[] bytes = digest("", user, new byte[0]).bytes();
    return Arrays.hashCode(Arrays.copyOf(bytes, 8));
  }

  private Digest digest(String hash, String user, byte[] password) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      mac.update(hash.getBytes(StandardCharsets.UTF_8));
      mac.update((byte) 0);
      mac.update(user.getBytes(StandardCharsets.UTF_8));
      mac.update((byte) 0);
      return new Digest(mac.doFinal(password));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has " + ALGORITHM, e);
    }
  }
}
