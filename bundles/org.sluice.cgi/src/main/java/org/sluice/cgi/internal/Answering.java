package org.sluice.cgi.internal;

import java.io.IOException;

/** What answers an exchange in CGI's terms: a program, or an SCGI server. Used on the loop. */
public interface Answering {
  /** As {@link org.sluice.cgi.internal.process.Program#read}. */
  byte[] read() throws IOException;

  /** Ends it: nobody wants its output any more. */
  void terminate();

  /** When it was started, as {@link System#nanoTime()}. */
  long started();

  /** Process id, 0 if it is no process of ours. */
  int pid();
}
