package org.sluice.itests;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.util.Map;

/** Reads what {@code --json} prints. */
final class Json {
  private Json() {}

  /** The rows of a table: the text is an array, or an object with one array in it. */
  static JsonArray rows(String text) {
    JsonElement all = JsonParser.parseString(text);
    if (all.isJsonArray()) {
      return all.getAsJsonArray();
    }
    for (Map.Entry<String, JsonElement> entry : all.getAsJsonObject().entrySet()) {
      if (entry.getValue().isJsonArray()) {
        return entry.getValue().getAsJsonArray();
      }
    }
    throw new AssertionError("no rows in " + text);
  }

  /** A member as text; empty when it is absent or null. */
  static String text(JsonObject row, String name) {
    JsonElement value = row.get(name);
    return value == null || value.isJsonNull() ? "" : value.getAsString();
  }
}
