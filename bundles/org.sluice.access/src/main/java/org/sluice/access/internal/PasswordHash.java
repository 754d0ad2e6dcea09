package org.sluice.access.internal;

import at.favre.lib.crypto.bcrypt.BCrypt;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import org.apache.commons.codec.digest.DigestUtils;
import org.apache.commons.codec.digest.Md5Crypt;
import org.apache.commons.codec.digest.Sha2Crypt;

/**
 * The hash of a password as a password file holds it. Comparing takes the same time whether or not,
 * and where, hashes differ.
 */
final class PasswordHash {
  /** What bcrypt looks at; longer passwords are cut, as everywhere. */
  private static final int BCRYPT_BYTES = 72;

  private static final String SHA = "{SHA}";

  private final String text;
  private final Scheme scheme;

  private enum Scheme {
    BCRYPT,
    SHA256,
    SHA512,
    APR1,
    MD5,
    SHA1
  }

  private PasswordHash(String text, Scheme scheme) {
    this.text = text;
    this.scheme = scheme;
  }

  /** The hash, or null if it is of no kind that is supported: DES, plain text, damaged. */
  static PasswordHash parse(String text) {
    Scheme scheme = scheme(text);
    if (scheme == null) {
      return null;
    }
    PasswordHash hash = new PasswordHash(text, scheme);
    return hash.isWellFormed() ? hash : null;
  }

  private static Scheme scheme(String text) {
    if (text.startsWith("$2y$") || text.startsWith("$2b$") || text.startsWith("$2a$")) {
      return Scheme.BCRYPT;
    }
    if (text.startsWith("$5$")) {
      return Scheme.SHA256;
    }
    if (text.startsWith("$6$")) {
      return Scheme.SHA512;
    }
    if (text.startsWith("$apr1$")) {
      return Scheme.APR1;
    }
    if (text.startsWith("$1$")) {
      return Scheme.MD5;
    }
    return text.startsWith(SHA) ? Scheme.SHA1 : null;
  }

  /** Length of the hash behind the last {@code $}, which no salt can imitate. */
  private boolean isWellFormed() {
    int tail = text.length() - text.lastIndexOf('$') - 1;
    return switch (scheme) {
      case BCRYPT -> text.matches("\\$2[aby]\\$(0[4-9]|[12][0-9]|3[01])\\$[./A-Za-z0-9]{53}");
      case SHA256 -> tail == 43;
      case SHA512 -> tail == 86;
      case APR1, MD5 -> tail == 22;
      case SHA1 -> text.length() == SHA.length() + 28;
    };
  }

  /** The hash as it stands in the file. */
  String text() {
    return text;
  }

  /** Whether the password has this hash. Takes its time: not for the event loop. */
  boolean matches(byte[] password) {
    // The library overwrites what it is given.
    byte[] copy = password.clone();
    return switch (scheme) {
      case BCRYPT -> bcrypt(copy);
      case SHA256 -> same(Sha2Crypt.sha256Crypt(copy, text));
      case SHA512 -> same(Sha2Crypt.sha512Crypt(copy, text));
      case APR1 -> same(Md5Crypt.apr1Crypt(copy, text));
      case MD5 -> same(Md5Crypt.md5Crypt(copy, text));
      case SHA1 -> same(SHA + Base64.getEncoder().encodeToString(DigestUtils.sha1(copy)));
    };
  }

  /** Up to 71 bytes are hashed with the NUL behind them, as C does; of more, 72 without. */
  private boolean bcrypt(byte[] password) {
    boolean whole = password.length < BCRYPT_BYTES;
    BCrypt.Version version =
        whole ? BCrypt.Version.VERSION_2Y : BCrypt.Version.VERSION_2Y_NO_NULL_TERMINATOR;
    byte[] used = whole ? password : Arrays.copyOf(password, BCRYPT_BYTES);
    return BCrypt.verifyer(version).verify(used, text.getBytes(StandardCharsets.US_ASCII)).verified;
  }

  private boolean same(String computed) {
    return MessageDigest.isEqual(
        computed.getBytes(StandardCharsets.UTF_8), text.getBytes(StandardCharsets.UTF_8));
  }
}
