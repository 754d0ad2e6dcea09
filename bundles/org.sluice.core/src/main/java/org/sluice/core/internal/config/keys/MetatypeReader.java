package org.sluice.core.internal.config.keys;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.sluice.api.config.OptionType;

/**
 * Reads the declarations of options from a Metatype resource, as the build writes it from types
 * annotated with {@link org.sluice.api.config.OptionSet}. No document type, no entities: the
 * resource comes from a jar that somebody dropped into a folder.
 */
final class MetatypeReader {
  private static final String OPTIONS = "http://sluice.org/xmlns/option/v1.0.0";

  private final List<KeySpec> specs = new ArrayList<>();
  private final Set<String> plugins = new LinkedHashSet<>();
  private final List<Catalog.Designate> designates = new ArrayList<>();
  private final List<String> refused = new ArrayList<>();
  private final Map<String, Set<String>> keysOfClass = new HashMap<>();
  private final Map<String, String> classOfPid = new HashMap<>();
  private String plugin;
  private Scope scope;
  private String ocd = "";
  private String pid = "";

  private MetatypeReader() {}

  /** Reads one resource and closes nothing. */
  static MetatypeReader read(InputStream xml) throws IOException {
    XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    MetatypeReader reader = new MetatypeReader();
    try {
      XMLStreamReader in = factory.createXMLStreamReader(xml);
      while (in.hasNext()) {
        reader.event(in, in.next());
      }
    } catch (XMLStreamException e) {
      throw new IOException("not a Metatype resource: " + e.getMessage(), e);
    }
    reader.classOfPid.forEach(
        (pid, ocd) ->
            reader.designates.add(
                new Catalog.Designate(pid, reader.keysOfClass.getOrDefault(ocd, Set.of()))));
    return reader;
  }

  List<KeySpec> specs() {
    return specs;
  }

  Set<String> plugins() {
    return plugins;
  }

  List<Catalog.Designate> designates() {
    return designates;
  }

  List<String> refused() {
    return refused;
  }

  private void event(XMLStreamReader in, int event) throws XMLStreamException {
    if (event == XMLStreamConstants.DTD || event == XMLStreamConstants.ENTITY_REFERENCE) {
      throw new XMLStreamException("a document type is not allowed");
    }
    if (event == XMLStreamConstants.START_ELEMENT) {
      switch (in.getLocalName()) {
        case "OCD" -> beginClass(in);
        case "AD" -> attribute(in);
        case "Designate" -> pid = first(in.getAttributeValue(null, "factoryPid"), in, "pid");
        case "Object" -> classOfPid.put(pid, first(null, in, "ocdref"));
        default -> {
          // Icons and choices of other tools: nothing for us.
        }
      }
    }
  }

  private static String first(String value, XMLStreamReader in, String other) {
    String text = value != null ? value : in.getAttributeValue(null, other);
    return text == null ? "" : text;
  }

  private void beginClass(XMLStreamReader in) {
    ocd = first(null, in, "id");
    keysOfClass.put(ocd, new HashSet<>());
    plugin = in.getAttributeValue(OPTIONS, "plugin");
    if (plugin == null) {
      return;
    }
    scope = "site".equals(in.getAttributeValue(OPTIONS, "scope")) ? Scope.SITE : Scope.OPTION;
    if (!plugin.matches("[a-z][a-z0-9-]*") || CoreKeys.isReserved(plugin)) {
      refused.add("options of \"" + plugin + "\": the name is not free or no lower-case word");
      plugin = null;
    } else {
      plugins.add(plugin);
    }
  }

  private void attribute(XMLStreamReader in) {
    String id = first(null, in, "id");
    keysOfClass.computeIfAbsent(ocd, any -> new HashSet<>()).add(id);
    if (plugin == null) {
      return;
    }
    String key = id.endsWith(".any") ? id.substring(0, id.length() - 3) : id;
    if (id.endsWith(".") || !(key.equals(plugin) || key.startsWith(plugin + "."))) {
      refused.add("option " + id + ": its name does not begin with " + plugin + ".");
      return;
    }
    try {
      specs.add(spec(in, key));
    } catch (BadValueException | IllegalArgumentException e) {
      refused.add("option " + id + ": " + e.getMessage());
    }
  }

  private KeySpec spec(XMLStreamReader in, String key) throws BadValueException {
    String choices = option(in, "choices");
    String type = option(in, "type");
    KeySpec spec =
        new KeySpec(
            key,
            type.isEmpty() ? OptionType.TEXT : OptionType.valueOf(type),
            unescape(first(null, in, "default")),
            option(in, "min"),
            option(in, "max"),
            choices.isEmpty() ? List.of() : List.of(choices.split("\\|")),
            scope,
            Boolean.parseBoolean(option(in, "guard")),
            plugin,
            first(null, in, "description"),
            PatternCheck.of(option(in, "pattern"), option(in, "form")));
    checkRange(spec);
    return spec;
  }

  /** Metatype writes a comma, a blank and a backslash of a default behind a backslash. */
  private static String unescape(String text) {
    return text.replaceAll("\\\\(.)", "$1");
  }

  /** A default or limit that does not parse would otherwise show at the first request. */
  private static void checkRange(KeySpec spec) throws BadValueException {
    boolean ordered =
        switch (spec.type()) {
          case NUMBER, SIZE, DURATION -> true;
          default -> false;
        };
    if (!ordered && !(spec.min().isEmpty() && spec.max().isEmpty())) {
      throw new BadValueException("only numbers, sizes and durations have a range");
    }
    for (String text : List.of(spec.min(), spec.max(), spec.defaultText())) {
      if (!text.isEmpty()) {
        Values.parse(spec.type(), text);
      }
    }
    if (!spec.defaultText().isEmpty()) {
      spec.parse(spec.key(), spec.defaultText());
    }
  }

  private static String option(XMLStreamReader in, String name) {
    String value = in.getAttributeValue(OPTIONS, name);
    return value == null ? "" : value;
  }
}
