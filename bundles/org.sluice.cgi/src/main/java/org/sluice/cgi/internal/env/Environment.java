package org.sluice.cgi.internal.env;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The environment block of one program: begins empty, holds what is put into it and nothing of the
 * JVM's own. Names are made of letters, digits and underscores; a name that is only the same as an
 * earlier one after cleaning is dropped, so that nothing can shadow a variable of the standard
 * (T7). Values hold one byte per character.
 */
public final class Environment {
  private final Map<String, String> variables = new LinkedHashMap<>(64);

  /** Sets a variable of the standard, whatever was there. Null is unset. */
  public void set(String name, String value) {
    if (value == null) {
      variables.remove(name);
    } else if (value.indexOf('\0') < 0) {
      variables.put(name, value);
    }
  }

  /** Adds a variable whose name comes from elsewhere, unless the name is taken. */
  public void add(String name, String value) {
    String clean = clean(name);
    if (!clean.isEmpty() && value.indexOf('\0') < 0) {
      variables.putIfAbsent(clean, value);
    }
  }

  /** The value, or null. */
  public String get(String name) {
    return variables.get(name);
  }

  private static String clean(String name) {
    StringBuilder out = null;
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      boolean letter = c < 0x80 && Character.isLetter(c);
      boolean digit = c >= '0' && c <= '9';
      if (!letter && c != '_' && (!digit || i == 0)) {
        out = out == null ? new StringBuilder(name) : out;
        out.setCharAt(i, '_');
      }
    }
    return out == null ? name : out.toString();
  }

  /** Name, value, name, value. */
  public List<String> block() {
    List<String> block = new ArrayList<>(variables.size() * 2);
    variables.forEach(
        (name, value) -> {
          block.add(name);
          block.add(value);
        });
    return block;
  }

  /** A copy. */
  public Map<String, String> map() {
    return new LinkedHashMap<>(variables);
  }
}
