package org.sluice.launcher;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.text.SimpleDateFormat;
import java.util.Date;
import java.util.Locale;
import javax.xml.parsers.ParserConfigurationException;
import javax.xml.parsers.SAXParserFactory;
import org.xml.sax.SAXException;
import org.xml.sax.helpers.DefaultHandler;

/**
 * Initialises parts of the JDK that every start needs, on a second processor while the first one
 * installs bundles: the XML parser (component descriptions, option sets) and calendars (Metatype).
 * Nothing depends on it; what is not ready in time is initialised by whoever needs it, as ever.
 */
final class Preload implements Runnable {
  private static final byte[] XML =
      "<a xmlns:b='c'><b:d e='f'>g</b:d></a>".getBytes(StandardCharsets.UTF_8);

  private Preload() {}

  static void start() {
    if (Runtime.getRuntime().availableProcessors() > 1) {
      Thread thread = new Thread(new Preload(), "preload");
      thread.setDaemon(true);
      thread.start();
    }
  }

  @Override
  public void run() {
    try {
      SAXParserFactory factory = SAXParserFactory.newInstance();
      factory.setNamespaceAware(true);
      factory.newSAXParser().parse(new ByteArrayInputStream(XML), new DefaultHandler());
    } catch (ParserConfigurationException | SAXException | IOException e) {
      // Whoever needs it will say so.
      return;
    }
    new SimpleDateFormat("yyyy.MM.dd HH:mm:ss", Locale.US).format(new Date());
  }
}
