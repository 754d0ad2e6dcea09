package org.sluice.shell.internal;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.sluice.api.status.Table;
import org.sluice.testing.GoldenCase;
import org.sluice.testing.GoldenFiles;

class TablesTest {
  @TestFactory
  Stream<DynamicTest> cases() {
    return GoldenFiles.in("src/test/cases/tables").map(c -> dynamicTest(c.name(), () -> run(c)));
  }

  private static void run(GoldenCase c) {
    Table table = table(c);
    int width = c.has("width") ? Integer.parseInt(c.text("width").strip()) : TableText.WIDTH;
    String text = TableText.shortened(table, width);
    c.check("text", text);
    assertTrue(text.lines().allMatch(line -> Text.width(line) <= width), "fits " + width);
    if (c.has("wrapped")) {
      c.check("wrapped", TableText.wrapped(table, width));
    }
    if (c.has("json")) {
      String json = TableJson.of(table);
      c.check("json", json.replace("\u009b", "\\u009b"));
      assertTrue(JsonParser.parseString(json).isJsonArray(), json);
    }
  }

  private static Table table(GoldenCase c) {
    List<String> columns = Arrays.asList(c.text("columns").strip().split(" ", -1));
    List<List<Object>> rows = new ArrayList<>();
    c.text("rows")
        .lines()
        .forEach(line -> rows.add(list(JsonParser.parseString(line).getAsJsonArray())));
    return new Table(columns, rows);
  }

  private static List<Object> list(JsonArray array) {
    List<Object> values = new ArrayList<>();
    array.forEach(element -> values.add(value(element)));
    return values;
  }

  private static Object value(JsonElement element) {
    if (element.isJsonNull()) {
      return null;
    }
    if (element.isJsonArray()) {
      return list(element.getAsJsonArray());
    }
    JsonPrimitive primitive = element.getAsJsonPrimitive();
    if (primitive.isBoolean()) {
      return primitive.getAsBoolean();
    }
    if (primitive.isNumber()) {
      boolean whole = primitive.getAsString().indexOf('.') < 0;
      return whole ? (Object) primitive.getAsLong() : (Object) primitive.getAsDouble();
    }
    return primitive.getAsString();
  }
}
