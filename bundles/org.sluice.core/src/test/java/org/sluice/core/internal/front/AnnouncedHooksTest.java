package org.sluice.core.internal.front;

import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.charset.Charset;
import java.util.Set;
import javax.xml.stream.XMLStreamException;
import org.junit.jupiter.api.Test;

/** Which guards a bundle will bring is known, however its descriptions are spelled. */
class AnnouncedHooksTest {
  private static final String NS = "xmlns:scr='http://www.osgi.org/xmlns/scr/v1.3.0'";

  private static String component(String name, String more, String contract) {
    return "<scr:component "
        + NS
        + " name='"
        + name
        + "'"
        + more
        + "><service><provide interface='"
        + contract
        + "'/></service><implementation class='x.Y'/></scr:component>";
  }

  private static String hook(String name) {
    return component(name, "", "org.sluice.api.hook.Hook");
  }

  private static Set<String> in(String xml, Charset charset) throws XMLStreamException {
    return AnnouncedHooks.in(xml.getBytes(charset));
  }

  @Test
  void hooksAreFoundAndOthersAreNot() throws Exception {
    assertEquals(Set.of("a"), in(hook("a"), UTF_8));
    assertEquals(Set.of(), in(component("a", "", "org.sluice.api.handler.Handler"), UTF_8));
    assertEquals(
        Set.of(), in(component("a", " enabled='false'", "org.sluice.api.hook.Hook"), UTF_8));
    assertEquals(
        Set.of("a", "c"),
        in("<all>" + hook("a") + component("b", "", "x.Z") + hook("c") + "</all>", UTF_8));
  }

  @Test
  void everySpellingIsRead() throws Exception {
    String declared = "<?xml version='1.0' encoding='UTF-16'?>" + hook("a");
    assertEquals(Set.of("a"), in("\uFEFF" + declared, UTF_16BE));
    assertEquals(Set.of("a"), in("\uFEFF" + declared, UTF_16LE));
    assertEquals(
        Set.of("a"), in("<?xml version='1.0' encoding='UTF-16LE'?>" + hook("a"), UTF_16LE));
    assertEquals(Set.of("a"), in("\uFEFF" + hook("a"), UTF_8));
    assertEquals(Set.of("a"), in("\n" + hook("a"), UTF_8));
    assertEquals(Set.of("a"), in(component("a", "", "org.sluice.api.hook.H&#111;ok"), UTF_8));
    assertEquals(Set.of("a"), in(component("a", "", "org.sluice.api.hook.H&#x6f;ok"), UTF_8));
  }

  @Test
  void whatIsNoXmlIsRefused() {
    assertThrows(XMLStreamException.class, () -> in("no XML", UTF_8));
    assertThrows(XMLStreamException.class, () -> in(hook("a") + "<", UTF_8));
  }
}
