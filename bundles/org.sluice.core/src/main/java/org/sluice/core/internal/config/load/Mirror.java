package org.sluice.core.internal.config.load;

import java.io.IOException;
import java.util.Dictionary;
import java.util.HashMap;
import java.util.Hashtable;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.Configuration.ConfigurationAttribute;
import org.osgi.service.cm.ConfigurationAdmin;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sluice.core.internal.config.read.CfgEntry;
import org.sluice.core.internal.config.read.CfgFile;

/**
 * Shows the files in Configuration Admin, where plug-ins get their own PIDs and consoles see the
 * rest. Read-only, and never read back: {@code etc/} is what counts. Values are texts; those of the
 * core's own files stand as written, without secrets.
 */
public final class Mirror {
  /** Property that names the file a configuration came from. */
  public static final String FILE = "sluice.config.file";

  private static final Logger LOG = LoggerFactory.getLogger(Mirror.class);

  private final ConfigurationAdmin admin;

  /** A mirror in a Configuration Admin. */
  public Mirror(ConfigurationAdmin admin) {
    this.admin = admin;
  }

  /** Makes Configuration Admin show these files and no others of ours. */
  public void show(List<CfgFile> files) {
    try {
      Map<String, Configuration> shown = shown();
      for (CfgFile file : files) {
        shown.remove(file.display());
        update(file);
      }
      for (Configuration gone : shown.values()) {
        gone.removeAttributes(ConfigurationAttribute.READ_ONLY);
        gone.delete();
      }
    } catch (IOException e) {
      LOG.warn("configuration cannot be shown in Configuration Admin: {}", e.toString());
    }
  }

  private Map<String, Configuration> shown() throws IOException {
    Map<String, Configuration> shown = new HashMap<>();
    try {
      Configuration[] all = admin.listConfigurations("(" + FILE + "=*)");
      for (Configuration one : all == null ? new Configuration[0] : all) {
        shown.put(String.valueOf(one.getProperties().get(FILE)), one);
      }
    } catch (InvalidSyntaxException impossible) {
      throw new IllegalStateException(impossible);
    }
    return shown;
  }

  private void update(CfgFile file) throws IOException {
    String pid = file.name().pid();
    String name = file.name().name();
    Configuration configuration =
        name == null
            ? admin.getConfiguration(pid, "?")
            : admin.getFactoryConfiguration(pid, name, "?");
    Dictionary<String, Object> now = properties(file);
    if (isSame(configuration.getProperties(), now)) {
      return;
    }
    configuration.removeAttributes(ConfigurationAttribute.READ_ONLY);
    configuration.update(now);
    configuration.addAttributes(ConfigurationAttribute.READ_ONLY);
  }

  private static Dictionary<String, Object> properties(CfgFile file) {
    boolean raw = !file.name().kind().isForPlugin();
    Dictionary<String, Object> properties = new Hashtable<>();
    for (CfgEntry entry : file.entries()) {
      properties.put(entry.key(), raw ? entry.raw() : entry.value());
    }
    properties.put(FILE, file.display());
    return properties;
  }

  /** Configuration Admin adds {@code service.pid} and {@code service.factoryPid}. */
  private static boolean isSame(Dictionary<String, Object> before, Dictionary<String, Object> now) {
    if (before == null) {
      return false;
    }
    int ours = 0;
    for (Iterator<String> keys = before.keys().asIterator(); keys.hasNext(); ) {
      String key = keys.next();
      if (!key.startsWith("service.")) {
        ours++;
        if (!before.get(key).equals(now.get(key))) {
          return false;
        }
      }
    }
    return ours == now.size();
  }
}
