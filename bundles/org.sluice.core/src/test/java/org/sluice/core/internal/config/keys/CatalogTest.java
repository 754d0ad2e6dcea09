package org.sluice.core.internal.config.keys;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sluice.api.config.OptionType;
import org.sluice.core.internal.config.read.FileName.Kind;

class CatalogTest {
  private static final String HEAD =
      "<metatype:MetaData xmlns:metatype='http://www.osgi.org/xmlns/metatype/v1.4.0'"
          + " xmlns:sluice='http://sluice.org/xmlns/option/v1.0.0'>";

  @Test
  void whatBndWritesFromAnnotationsIsRead() throws Exception {
    Keys keys = Metatype.catalogWithOpening().keys();
    assertTrue(keys.hasPlugin("opening"));
    KeySpec bytes = keys.option("opening.first-bytes");
    assertEquals(OptionType.SIZE, bytes.type());
    assertEquals(65_536L, bytes.defaultValue());
    assertEquals("1k", bytes.min());
    assertEquals("1m", bytes.max());
    assertEquals(Scope.OPTION, bytes.scope());
    assertEquals("Bytes sent from the file.", bytes.meaning());
    assertEquals(List.of("text/html", "text/plain"), keys.option("opening.types").defaultValue());
    assertEquals(List.of("file", "string"), keys.option("opening.from").choices());
    assertEquals("opening.header.", keys.option("opening.header.X-A").key());
    assertNull(keys.option("opening.header."));
    assertEquals("opening", keys.guardOf("opening.only"));
    assertNull(keys.guardOf("opening.text"));
    assertEquals(Set.of("port", "owner.name"), keys.keysOf("com.example.teapot"));
  }

  @Test
  void guardsAreRememberedWhenTheirPluginLeaves() throws Exception {
    Catalog catalog = Metatype.catalogWithOpening();
    assertTrue(catalog.remove("opening"));
    assertFalse(catalog.remove("opening"));
    assertNull(catalog.keys().option("opening.text"));
    assertEquals("opening", catalog.keys().guardOf("opening.only"));
    assertNull(catalog.keys().guardOf("opening.text"));
    assertEquals(Set.of("ssi", "opening.only"), withSsi(catalog.guards()));
  }

  private static Set<String> withSsi(Set<String> guards) {
    Set<String> all = new java.util.HashSet<>(guards);
    all.add("ssi");
    return all;
  }

  @ParameterizedTest
  @CsvSource({
    "access.allow, access",
    "auth.file, auth",
    "cgi.suffix, cgi",
    "ssi, ssi",
    "ssi.suffix, ssi",
    "opening.text,",
    "limit.body,"
  })
  void guardsAreKnownByName(String key, String plugin) {
    assertEquals(plugin, new Catalog().keys().guardOf(key));
  }

  @Test
  void twoVersionsOfABundleDeclareTheSame() throws Exception {
    Catalog catalog = Metatype.catalogWithOpening();
    catalog.add("opening 2", ocd("opening", "<AD id='opening.text' sluice:type='TEXT'/>"));
    assertTrue(catalog.remove("opening 2"));
    assertNotNull(catalog.keys().option("opening.text"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "limit | <AD id='limit.x'/> | options of \"limit\": the name is not free",
        "Opening | <AD id='Opening.x'/> | no lower-case word",
        "o | <AD id='other.x'/> | option other.x: its name does not begin with o.",
        "o | <AD id='o.'/> | option o.: its name does not begin with o.",
        "o | <AD id='o.x' sluice:type='SIZE' default='12q'/> | option o.x: a size is a whole"
            + " number",
        "o | <AD id='o.x' sluice:type='SIZE' default='1' sluice:min='2'/> | out of range",
        "o | <AD id='o.x' sluice:type='TEXT' sluice:min='2'/> | only numbers",
        "o | <AD id='o.x' sluice:type='NONE'/> | option o.x: No enum constant",
        "o | <AD id='o.x' sluice:pattern='('/> | option o.x: its pattern is no regular expression",
        "o | <AD id='o.x' sluice:pattern='a+' default='b'/> | 'b' is not allowed; allowed are a+",
      })
  void badDeclarationsAreRefused(String plugin, String attribute, String refusal) throws Exception {
    List<String> refused = new Catalog().add("b", ocd(plugin, attribute));
    assertEquals(1, refused.size(), refused::toString);
    assertTrue(refused.get(0).contains(refusal), refused::toString);
  }

  @Test
  void eachPartOfAListHasToMatch() throws Exception {
    Catalog catalog = new Catalog();
    String attribute = "<AD id='o.x' sluice:type='LIST' sluice:pattern='a+' sluice:form='as'/>";
    assertEquals(List.of(), catalog.add("b", ocd("o", attribute)));
    KeySpec spec = catalog.keys().option("o.x");
    assertEquals(List.of("a", "aa"), spec.parse("o.x", "a, aa"));
    BadValueException e = assertThrows(BadValueException.class, () -> spec.parse("o.x", "aa, ab"));
    assertEquals("'ab' is not allowed; allowed are as", e.getMessage());
  }

  @Test
  void aResourceWithoutOptionsAddsNone() throws Exception {
    Catalog catalog = new Catalog();
    int before = catalog.keys().all(Kind.ROUTE).size();
    InputStream plain = stream(HEAD + "<OCD id='c'><AD id='port'/></OCD></metatype:MetaData>");
    assertEquals(List.of(), catalog.add("b", plain));
    assertEquals(before, catalog.keys().all(Kind.ROUTE).size());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><a>&x;</a>",
        "<a>",
        "no xml",
        "<!DOCTYPE a><a/>"
      })
  void documentTypesAndBrokenXmlAreRefused(String xml) {
    assertThrows(IOException.class, () -> new Catalog().add("b", stream(xml)));
  }

  private static InputStream ocd(String plugin, String attributes) {
    return stream(
        HEAD
            + "<OCD id='c' sluice:plugin='"
            + plugin
            + "' sluice:scope='route'>"
            + attributes
            + "</OCD></metatype:MetaData>");
  }

  private static InputStream stream(String text) {
    return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
  }
}
