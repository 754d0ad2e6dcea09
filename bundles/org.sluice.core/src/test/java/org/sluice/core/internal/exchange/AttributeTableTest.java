package org.sluice.core.internal.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Holds what a map would hold, whatever is put and taken away. */
class AttributeTableTest {
  @Test
  void isLikeAMap() {
    Random random = new Random(7);
    for (int round = 0; round < 200; round++) {
      AttributeTable table = new AttributeTable();
      Map<String, Object> map = new HashMap<>();
      for (int step = 0; step < 40; step++) {
        String name = "name" + random.nextInt(9);
        if (random.nextInt(3) == 0) {
          table.remove(name);
          map.remove(name);
        } else {
          table.put(name, step);
          map.put(name, step);
        }
        for (int i = 0; i < 9; i++) {
          assertEquals(map.get("name" + i), table.get("name" + i));
        }
      }
    }
    assertNull(new AttributeTable().get("name"));
  }
}
