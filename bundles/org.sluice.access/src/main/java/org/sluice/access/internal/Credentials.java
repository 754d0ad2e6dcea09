package org.sluice.access.internal;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.sluice.api.http.Headers;

/**
 * User and password of a request (RFC 7617 section 2). The password stays bytes, as it was hashed.
 */
record Credentials(String user, byte[] password) {
  private static final String SCHEME = "Basic ";

  /** Those of the request, or null if it has none that can be read. */
  static Credentials of(Headers request) {
    String value = null;
    for (int i = 0; i < request.size(); i++) {
      if (request.name(i).equalsIgnoreCase("Authorization")) {
        if (value != null) {
          return null;
        }
        value = request.value(i);
      }
    }
    if (value == null || !value.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
      return null;
    }
    try {
      return parse(Base64.getDecoder().decode(value.substring(SCHEME.length()).strip()));
    } catch (IllegalArgumentException | CharacterCodingException e) {
      return null;
    }
  }

  private static Credentials parse(byte[] bytes) throws CharacterCodingException {
    int colon = 0;
    while (colon < bytes.length && bytes[colon] != ':') {
      colon++;
    }
    for (byte b : bytes) {
      if ((b >= 0 && b < ' ') || b == 0x7f) {
        return null;
      }
    }
    if (colon == 0 || colon == bytes.length) {
      return null;
    }
    String user =
        StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, 0, colon)).toString();
    return new Credentials(user, java.util.Arrays.copyOfRange(bytes, colon + 1, bytes.length));
  }
}
