package org.sluice.fdpass.internal;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sluice.api.http.Exchange;
import org.sluice.api.http.Request;

/**
 * What the front will want to know when a given stream ends, in the receiver's keeping: signed, so
 * that nobody can make the front log what never happened. The key lies in the base, so that the
 * next front knows the memos of the one before.
 *
 * <p>Every hand-off carries one, and few come back: the signature must cost next to nothing. See
 * {@link SipHash}.
 */
final class Memos {
  private static final Logger LOG = LoggerFactory.getLogger(Memos.class);
  private static final int KEY_BYTES = 32;
  private static final int SIGNATURE_BYTES = SipHash.TAG_BYTES;
  private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();

  /** Of a request line and a host in a memo. */
  private static final int LONGEST_LINE = 900;

  private static final int LONGEST_NAME = 120;
  private static final String VERSION = "2";
  private static final int FIELDS = 11;

  private final SipHash hash;
  private final ThreadLocal<JsonBytes> texts = ThreadLocal.withInitial(JsonBytes::new);

  Memos(byte[] key) {
    this.hash = new SipHash(key);
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
    return unkept();
  }

  /** With a key that dies with us: nothing is written. */
  static Memos unkept() {
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

  /** The memo of a hand-off: at most 2 KiB of ASCII without blanks. */
  String of(Exchange exchange, String receiver, String dialect) {
    Request request = exchange.request();
    InetSocketAddress client = exchange.connection().remote();
    String host = request.headers().get("Host");
    JsonBytes text = texts.get().clear().raw(VERSION).raw('\n');
    text.latin(exchange.site() == null ? "" : exchange.site().name(), LONGEST_NAME).raw('\n');
    text.latin(exchange.match().route().name(), LONGEST_NAME).raw('\n');
    text.raw(exchange.id()).raw('\n');
    text.address(client.getAddress()).raw('\n').number(client.getPort()).raw('\n');
    text.latin(request.method(), LONGEST_NAME).raw(' ').latin(request.target(), LONGEST_LINE);
    text.raw(request.minorVersion() == 0 ? " HTTP/1.0\n" : " HTTP/1.1\n");
    text.latin(host == null ? "" : host, LONGEST_NAME).raw('\n');
    text.latin(receiver == null ? "" : receiver, LONGEST_NAME).raw('\n');
    text.latin(dialect, LONGEST_NAME).raw('\n').number(System.currentTimeMillis());
    return sign(text);
  }

  private String sign(JsonBytes text) {
    byte[] both = text.copy(SIGNATURE_BYTES);
    hash.tag(both, both.length - SIGNATURE_BYTES, both, both.length - SIGNATURE_BYTES);
    return new String(ENCODER.encode(both), StandardCharsets.ISO_8859_1);
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
    int length = both.length - SIGNATURE_BYTES;
    byte[] right = new byte[SIGNATURE_BYTES];
    hash.tag(both, length, right, 0);
    if (!MessageDigest.isEqual(Arrays.copyOfRange(both, length, both.length), right)) {
      return null;
    }
    String[] f = new String(both, 0, length, StandardCharsets.ISO_8859_1).split("\n", -1);
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
