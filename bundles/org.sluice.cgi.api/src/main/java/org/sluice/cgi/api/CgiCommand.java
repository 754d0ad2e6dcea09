package org.sluice.cgi.api;

import java.util.List;
import org.osgi.annotation.versioning.ConsumerType;
import org.sluice.api.handler.PluginKind;
import org.sluice.api.http.HandlerException;

/**
 * Turns a script into the argument vector that runs it: by its suffix, by its first line, by
 * whatever the operator of a site agrees on. Published under the suffixes it serves ({@link
 * SluiceCgiCommand}).
 *
 * <p>For a script the service of its suffix is asked, and where there is none, that of {@code *}:
 * the CGI bundle's own, which reads the {@code #!} line. A script that nobody knows how to run is
 * refused with 500; it is never given to a shell.
 */
@ConsumerType
@PluginKind(name = "cgi command", property = "sluice.cgi.suffix", missing = 500)
public interface CgiCommand {

  /**
   * The argument vector for {@code script}. Called on a worker thread, once per request; may block.
   * The script exists and is a regular file; whether it is executable is for the command to judge.
   *
   * @return program and arguments, each without NUL. The first is the absolute path of the program:
   *     nothing is searched along a path and no shell looks at it. It names the script itself
   *     somewhere; what the query adds (see {@code cgi.query-arguments}) is appended. Never null,
   *     never empty
   * @throws HandlerException to refuse the request with its status; any other exception is a 500,
   *     counted against the command
   */
  List<String> command(CgiScript script) throws HandlerException;
}
