package org.sluice.core.internal.config.read;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.function.UnaryOperator;

/**
 * Replaces {@code ${env:NAME}} by an environment variable and {@code ${file:PATH}} by the text of a
 * file (relative paths from the base, one line break at its end dropped). {@code $${} stands for
 * {@code ${}. Nothing else is replaced, and what was put in is not looked at again.
 */
public final class Substitution {
  private static final int MAX_BYTES = 64 * 1024;

  private final Path base;
  private final UnaryOperator<String> environment;

  /**
   * A substitution for files of a base.
   *
   * @param environment gives a variable's value, or null
   */
  public Substitution(Path base, UnaryOperator<String> environment) {
    this.base = base;
    this.environment = environment;
  }

  /** The value of an entry, or null after an error was added. */
  String apply(CfgEntry entry, Problems problems) {
    String raw = entry.raw();
    if (!raw.contains("${")) {
      return raw;
    }
    StringBuilder out = new StringBuilder();
    int at = 0;
    while (at < raw.length()) {
      int next;
      if (raw.startsWith("$${", at)) {
        out.append("${");
        next = at + 3;
      } else if (raw.startsWith("${env:", at) || raw.startsWith("${file:", at)) {
        next = replace(entry, at, out, problems);
        if (next < 0) {
          return null;
        }
      } else {
        if (raw.startsWith("${", at)) {
          problems.warning(
              entry,
              "only ${env:NAME} and ${file:PATH} are replaced, this stays as it is; write $${ for"
                  + " a literal ${");
        }
        out.append(raw.charAt(at));
        next = at + 1;
      }
      at = next;
    }
    return out.toString();
  }

  /** Replaces the reference at a position and gives the position behind it, or -1. */
  private int replace(CfgEntry entry, int at, StringBuilder out, Problems problems) {
    int colon = entry.raw().indexOf(':', at);
    int close = entry.raw().indexOf('}', colon);
    if (close < 0) {
      problems.error(entry, "the ${ has no }; write $${ for a literal ${");
      return -1;
    }
    String name = entry.raw().substring(colon + 1, close);
    boolean env = entry.raw().startsWith("env", at + 2);
    String text = env ? variable(entry, name, problems) : content(entry, name, problems);
    if (text != null && CfgReader.controlAt(text) >= 0) {
      problems.error(
          entry,
          (env ? "environment variable " : "file ")
              + name
              + " holds more than one line or a control character");
      return -1;
    }
    if (text == null) {
      return -1;
    }
    out.append(text);
    return close + 1;
  }

  private String variable(CfgEntry entry, String name, Problems problems) {
    String value = environment.apply(name);
    if (value == null) {
      problems.error(entry, "environment variable \"" + name + "\" is not defined");
    }
    return value;
  }

  private String content(CfgEntry entry, String name, Problems problems) {
    try {
      Path path = base.resolve(name);
      if (!Files.isRegularFile(path)) {
        problems.error(
            entry,
            "file \"" + name + (Files.exists(path) ? "\" is not a file" : "\" does not exist"));
        return null;
      }
      if (isOpenToAll(path)) {
        problems.warning(
            entry, "file \"" + name + "\" may be written by everybody; take that away (chmod o-w)");
      }
      return withoutLineBreak(text(path));
    } catch (CharacterCodingException notUtf8) {
      problems.error(entry, "file \"" + name + "\" is not UTF-8");
    } catch (NoSuchFileException gone) {
      problems.error(entry, "file \"" + name + "\" does not exist");
    } catch (IOException | InvalidPathException e) {
      problems.error(entry, "file \"" + name + "\" cannot be read: " + reason(e));
    }
    return null;
  }

  private static String text(Path path) throws IOException {
    try (InputStream in = Files.newInputStream(path)) {
      byte[] bytes = in.readNBytes(MAX_BYTES + 1);
      if (bytes.length > MAX_BYTES) {
        throw new IOException("it is longer than 64k");
      }
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    }
  }

  private static String withoutLineBreak(String text) {
    String shorter = text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
    return shorter.endsWith("\r") ? shorter.substring(0, shorter.length() - 1) : shorter;
  }

  private static boolean isOpenToAll(Path path) throws IOException {
    return Files.getPosixFilePermissions(path).contains(PosixFilePermission.OTHERS_WRITE);
  }

  /** Why a file could not be read, in a few words. */
  static String reason(Exception e) {
    return e instanceof java.nio.file.AccessDeniedException
        ? "permission denied"
        : e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }
}
