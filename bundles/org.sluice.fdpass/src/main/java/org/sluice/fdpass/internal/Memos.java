package org.sluice.fdpass.internal;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.Set;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sluice.api.http.Exchange;
import org.sluice.api.http.Request;

/**
 * What the front will want to know when a given stream ends, in the receiver's keeping: signed, so
 * that nobody can make the front log what never happened. The key lies in the base, so that the
 * next front knows the memos of the one before.
 */
final class Memos {
  private static final Logger LOG = LoggerFactory.getLogger(Memos.class);
  private static final String ALGORITHM = "HmacSHA256";
  private static final int KEY_BYTES = 32;
  private static final int SIGNATURE_BYTES = 16;

  /** Of a request line and a host in a memo. */
  private static final int LONGEST_LINE = 900;

  private static final int LONGEST_NAME = 120;
  private static final String VERSION = "1";
  private static final int FIELDS = 11;

  private final SecretKeySpec key;
  private final ThreadLocal<Mac> macs = ThreadLocal.withInitial(this::mac);

  Memos(byte[] key) {
    this.key = new SecretKeySpec(key, ALGORITHM);
  }

  /** With the key of the base, made if there is none; without a base with one that dies with us. */
  static Memos open(Path run) {
    Path file = run.resolve("handoff.key");
    if (Files.isDirectory(run)) {
      try {
        return new Memos(key(file));
      } catch (IOException e) {
        LOG.warn(
            "{}: no key for memos; those of streams that outlive this front are lost: {}",
            file,
            e.toString());
      }
    }
    return new Memos(fresh());
  }

  private static byte[] key(Path file) throws IOException {
    try (var out =
        Files.newByteChannel(
            file,
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
      byte[] fresh = fresh();
      out.write(java.nio.ByteBuffer.wrap(fresh));
      return fresh;
    } catch (FileAlreadyExistsException e) {
      byte[] known = Files.readAllBytes(file);
      if (known.length != KEY_BYTES) {
        throw new IOException("has " + known.length + " bytes instead of " + KEY_BYTES);
      }
      return known;
    }
  }

  private static byte[] fresh() {
    byte[] fresh = new byte[KEY_BYTES];
    new SecureRandom().nextBytes(fresh);
    return fresh;
  }

  private Mac mac() {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      return mac;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JVM has " + ALGORITHM, e);
    }
  }

  /** The memo of a hand-off: at most 2 KiB of ASCII without blanks. */
  String of(Exchange exchange, String receiver, String dialect) {
    Request request = exchange.request();
    StringBuilder text = new StringBuilder(192);
    text.append(VERSION).append('\n');
    text.append(exchange.site() == null ? "" : exchange.site().name()).append('\n');
    text.append(exchange.match().route().name()).append('\n');
    text.append(exchange.id()).append('\n');
    text.append(IpText.of(exchange.connection().remote().getAddress())).append('\n');
    text.append(exchange.connection().remote().getPort()).append('\n');
    text.append(request.method()).append(' ');
    cut(text, request.target(), LONGEST_LINE);
    text.append(request.minorVersion() == 0 ? " HTTP/1.0\n" : " HTTP/1.1\n");
    String host = request.headers().get("Host");
    cut(text, host == null ? "" : host, LONGEST_NAME);
    text.append('\n');
    cut(text, receiver == null ? "" : receiver, LONGEST_NAME);
    text.append('\n');
    text.append(dialect).append('\n');
    text.append(System.currentTimeMillis());
    return sign(text.toString().getBytes(StandardCharsets.ISO_8859_1));
  }

  private static void cut(StringBuilder to, String text, int longest) {
    to.append(text, 0, Math.min(text.length(), longest));
  }

  private String sign(byte[] plain) {
    byte[] signature = macs.get().doFinal(plain);
    byte[] both = Arrays.copyOf(plain, plain.length + SIGNATURE_BYTES);
    System.arraycopy(signature, 0, both, plain.length, SIGNATURE_BYTES);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(both);
  }

  /**
   * What a memo says.
   *
   * @return null if this front, or one before it on this base, did not write it
   */
  Memo read(String memo) {
    byte[] both;
    try {
      both = Base64.getUrlDecoder().decode(memo);
    } catch (IllegalArgumentException e) {
      return null;
    }
    if (both.length <= SIGNATURE_BYTES) {
      return null;
    }
    byte[] plain = Arrays.copyOf(both, both.length - SIGNATURE_BYTES);
    byte[] signature = Arrays.copyOfRange(both, plain.length, both.length);
    byte[] right = Arrays.copyOf(macs.get().doFinal(plain), SIGNATURE_BYTES);
    if (!MessageDigest.isEqual(signature, right)) {
      return null;
    }
    String[] f = new String(plain, StandardCharsets.ISO_8859_1).split("\n", -1);
    if (f.length != FIELDS || !f[0].equals(VERSION)) {
      return null;
    }
    return new Memo(
        f[1],
        f[2],
        f[3],
        f[4],
        Integer.parseInt(f[5]),
        f[6],
        f[7],
        f[8],
        f[9],
        Long.parseLong(f[10]));
  }

  /** What the front knew when it passed the client. */
  record Memo(
      String site,
      String route,
      String exchangeId,
      String clientAddress,
      int clientPort,
      String requestLine,
      String host,
      String receiver,
      String dialect,
      long beginMillis) {}
}
