package org.sluice.shell.internal;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.List;
import java.util.stream.Collectors;
import org.sluice.api.status.Table;

/** A table as a JSON array of objects, one object a line, nothing shortened. */
final class TableJson {
  private static final Gson GSON =
      new GsonBuilder().serializeNulls().disableHtmlEscaping().create();

  private TableJson() {}

  static String of(Table table) {
    return table.rows().isEmpty()
        ? "[]"
        : table.rows().stream()
            .map(row -> GSON.toJson(object(table.columns(), row)))
            .collect(Collectors.joining(",\n ", "[", "]"));
  }

  private static JsonObject object(List<String> columns, List<Object> row) {
    JsonObject object = new JsonObject();
    for (int c = 0; c < columns.size(); c++) {
      object.add(columns.get(c), c < row.size() ? element(row.get(c)) : JsonNull.INSTANCE);
    }
    return object;
  }

  private static JsonElement element(Object value) {
    if (value == null || (value instanceof Double number && !Double.isFinite(number))) {
      return JsonNull.INSTANCE;
    }
    if (value instanceof Boolean flag) {
      return new JsonPrimitive(flag);
    }
    if (value instanceof Number number) {
      return new JsonPrimitive(number);
    }
    if (value instanceof List<?> list) {
      JsonArray array = new JsonArray();
      list.forEach(item -> array.add(element(item)));
      return array;
    }
    return new JsonPrimitive(value.toString());
  }
}
