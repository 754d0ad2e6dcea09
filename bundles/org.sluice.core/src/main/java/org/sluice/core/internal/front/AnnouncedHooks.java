package org.sluice.core.internal.front;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.util.Collections;
import java.util.Enumeration;
import java.util.HashSet;
import java.util.Set;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.osgi.framework.Bundle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which hooks a bundle will offer once it has started, read from its component descriptions
 * (Declarative Services 112.4): the guards of a bundle hold when all of them are there, not when
 * the first is.
 */
final class AnnouncedHooks {
  private static final Logger LOG = LoggerFactory.getLogger(AnnouncedHooks.class);
  private static final String HEADER = "Service-Component";
  private static final String HOOK = "org.sluice.api.hook.Hook";

  private AnnouncedHooks() {}

  /** Names of the bundle's enabled components that provide a hook. */
  static Set<String> of(Bundle bundle) {
    String header = bundle.getHeaders("").get(HEADER);
    Set<String> hooks = new HashSet<>();
    for (String part : header == null ? new String[0] : header.split(",")) {
      String path = part.split(";")[0].strip();
      int slash = path.lastIndexOf('/');
      Enumeration<URL> found =
          bundle.findEntries(
              slash < 0 ? "/" : path.substring(0, slash), path.substring(slash + 1), false);
      for (URL url : found == null ? Set.<URL>of() : Collections.list(found)) {
        read(bundle, url, hooks);
      }
    }
    return Set.copyOf(hooks);
  }

  private static void read(Bundle bundle, URL url, Set<String> hooks) {
    try (InputStream in = url.openStream()) {
      hooks.addAll(in(in.readAllBytes()));
    } catch (IOException | XMLStreamException e) {
      LOG.error("{}: {} cannot be read: {}", Catalogs.id(bundle), url, e.getMessage());
    }
  }

  /** Names of the enabled components of one description that provide a hook. */
  static Set<String> in(byte[] xml) throws XMLStreamException {
    return mayHaveHooks(xml) ? parse(xml) : Set.of();
  }

  /**
   * Most descriptions are of something else, and to set up a parser for each is a thirtieth of a
   * start. False only if the contract's name cannot be there in any spelling: the text is no UTF-16
   * and has no references to characters.
   */
  private static boolean mayHaveHooks(byte[] xml) {
    String text = new String(xml, ISO_8859_1);
    boolean plain = text.startsWith("<") && text.indexOf('\0') < 0 && !text.contains("&#");
    return !plain || text.contains(HOOK);
  }

  private static Set<String> parse(byte[] xml) throws XMLStreamException {
    XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    XMLStreamReader in = factory.createXMLStreamReader(new ByteArrayInputStream(xml));
    Set<String> hooks = new HashSet<>();
    Component component = new Component();
    while (in.hasNext()) {
      int event = in.next();
      if (event == XMLStreamConstants.START_ELEMENT) {
        component.read(in);
      } else if (event == XMLStreamConstants.END_ELEMENT && component.isHook(in)) {
        hooks.add(component.name);
      }
    }
    return hooks;
  }

  /** What is known of the component that is being read. */
  private static final class Component {
    private String name;
    private boolean enabled;
    private boolean hook;

    void read(XMLStreamReader in) {
      switch (in.getLocalName()) {
        case "component" -> {
          name = in.getAttributeValue(null, "name");
          enabled = !"false".equals(in.getAttributeValue(null, "enabled"));
          hook = false;
        }
        case "implementation" -> name = name == null ? in.getAttributeValue(null, "class") : name;
        case "provide" -> hook |= HOOK.equals(in.getAttributeValue(null, "interface"));
        default -> {
          // Properties, references and the like.
        }
      }
    }

    boolean isHook(XMLStreamReader end) {
      return end.getLocalName().equals("component") && enabled && hook && name != null;
    }
  }
}
