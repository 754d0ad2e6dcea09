package org.sluice.log.api;

import org.osgi.annotation.versioning.ConsumerType;
import org.sluice.api.handler.PluginKind;

/**
 * An item of log formats, {@code %x} or {@code %{argument}x}; its letter or {@code ^} with two
 * characters is the property {@code sluice.log.item} ({@link SluiceLogItem}).
 *
 * <p>Life: a format that names the item calls {@link #value} once when it is compiled, then the
 * value for every line. An item may come and go at any time: formats are compiled again, and while
 * nobody offers an item it is written as {@code -}. The items of the front itself have ranking
 * -100, so that any ordinary one replaces them.
 *
 * <pre>{@code
 * @Component
 * @SluiceLogItem("^TE")
 * public final class TenantItem implements LogItem {
 *   @Override
 *   public LogValue value(String name, String argument) {
 *     return (entry, out) -> out.bytes(entry.exchange().request().headers().get("X-Tenant"));
 *   }
 * }
 * }</pre>
 */
@ConsumerType
@PluginKind(name = "log-item", property = "sluice.log.item")
public interface LogItem {

  /**
   * What stands for one occurrence in a format. Called when a format is compiled, on any thread,
   * also only to check a configuration.
   *
   * @param name the name that the format used, of those the item is known by
   * @param argument what stood in braces, or null
   * @return never null; used on many threads at once
   * @throws IllegalArgumentException if the argument makes no sense; the message says what is
   *     allowed and becomes an error of the configuration
   */
  LogValue value(String name, String argument);

  /**
   * Whether without {@code <} or {@code >} the value is that of the request as the client sent it,
   * not of the last one in a chain of internal redirects.
   */
  default boolean original() {
    return false;
  }
}
