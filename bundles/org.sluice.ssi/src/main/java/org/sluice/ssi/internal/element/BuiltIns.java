package org.sluice.ssi.internal.element;

import java.util.Map;
import org.sluice.ssi.api.SsiElement;
import org.sluice.ssi.internal.parse.Element;

/** The elements of this bundle, for pages that outlive their services by a moment. */
public final class BuiltIns {
  private static final Map<String, BuiltIn> ALL =
      Map.ofEntries(
          Map.entry("comment", new CommentElement()),
          Map.entry("config", new ConfigElement()),
          Map.entry("echo", new EchoElement()),
          Map.entry("elif", new ElifElement()),
          Map.entry("else", new ElseElement()),
          Map.entry("endif", new EndifElement()),
          Map.entry("flastmod", new FlastmodElement()),
          Map.entry("fsize", new FsizeElement()),
          Map.entry("if", new IfElement()),
          Map.entry("include", new IncludeElement()),
          Map.entry("printenv", new PrintenvElement()),
          Map.entry("set", new SetElement()));

  private BuiltIns() {}

  /** The element of that name, or null. */
  public static BuiltIn find(String name) {
    return ALL.get(name);
  }

  /**
   * Whether it is the element of that name of another version of this bundle, which has come, or
   * stayed, while pages of ours are still under way: they keep to what they began with.
   */
  public static boolean isOfAnotherVersion(String name, SsiElement element) {
    return find(name) != null
        && element.getClass().getPackageName().equals(BuiltIns.class.getPackageName());
  }

  /** What is wrong with the number of attributes of one of ours, or null. */
  public static String miscount(Element element) {
    int count = element.attributes().size();
    return switch (element.name()) {
      case "config", "echo", "fsize", "flastmod", "include" ->
          count == 0 ? element.name() + " needs attributes" : null;
      case "set" -> count < 2 ? "set needs var= and value=" : null;
      case "printenv" -> count > 0 ? "printenv takes no attributes" : null;
      default -> null;
    };
  }
}
