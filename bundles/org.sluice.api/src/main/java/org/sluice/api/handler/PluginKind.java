package org.sluice.api.handler;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks a contract whose services are plug-ins, found by the names they carry.
 *
 * <p>Rules of every kind:
 *
 * <ul>
 *   <li><b>Ranking bands</b> ({@code service.ranking}): negative = fallback, 0 = ordinary, 1000 and
 *       more = override of a site. Ties: higher bundle version of the same symbolic name, then
 *       symbolic name, then component name; {@code service.id} last, because start order must not
 *       matter.
 *   <li><b>Dynamics.</b> A plug-in may come, change its properties and go at any time. Each
 *       exchange reads one immutable snapshot; the plug-in it uses stays until the exchange ends.
 *   <li><b>Errors.</b> A plug-in that throws costs one exchange, is counted, and shows in the
 *       status snapshot with its last error.
 *   <li>Plug-ins get everything through their arguments and never reference services of the core.
 * </ul>
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface PluginKind {
  /** Word for the kind in logs and tables, for example {@code flusher}. */
  String name();

  /** Service property (String or String+) that holds the names. */
  String property();

  /** Status when a request needs a name that nobody serves. */
  int missing() default 500;
}
