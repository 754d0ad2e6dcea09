package org.example.tenant;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.sluice.api.http.Exchange;
import org.sluice.log.api.LogEntry;
import org.sluice.log.api.LogOutput;
import org.sluice.log.api.LogValue;
import org.sluice.testing.MemoryExchange;

class TenantItemTest {
  @Test
  void firstLabelOfTheHostOrAField() {
    Exchange exchange =
        MemoryExchange.get("/").header("X-Host", "acme.example.org").header("X-One", "one").build();
    assertEquals(List.of("bytes localhost"), written(exchange, null));
    assertEquals(List.of("bytes acme"), written(exchange, "X-Host"));
    assertEquals(List.of("bytes one"), written(exchange, "X-One"));
    assertEquals(List.of("bytes null"), written(exchange, "X-None"));
  }

  private static List<String> written(Exchange exchange, String argument) {
    List<String> calls = new ArrayList<>();
    LogOutput out =
        proxy(
            LogOutput.class,
            (method, arguments) -> calls.add(method + " " + Arrays.asList(arguments).get(0)));
    LogEntry entry = proxy(LogEntry.class, (method, arguments) -> exchange);
    LogValue value = new TenantItem().value("tenant", argument);
    value.write(entry, out);
    return calls;
  }

  private interface Answer {
    Object to(String method, Object[] arguments);
  }

  private static <T> T proxy(Class<T> type, Answer answer) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (self, method, arguments) -> {
              Object result = answer.to(method.getName(), arguments);
              return method.getReturnType() == void.class ? null : result;
            }));
  }
}
