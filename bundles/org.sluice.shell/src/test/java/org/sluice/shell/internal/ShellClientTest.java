package org.sluice.shell.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.EOFException;
import java.io.InputStream;
import java.io.OutputStream;
import org.apache.felix.gogo.runtime.CommandProcessorImpl;
import org.apache.felix.gogo.runtime.threadio.ThreadIOImpl;
import org.apache.felix.service.command.CommandSession;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What of the failures of a line is its own fault, asked of the real Gogo. */
class ShellClientTest {

  /** A command that fails; in the way of a line without an end, too. */
  public static final class Failing {
    /** Called by Gogo. */
    public void fail(String how) throws EOFException {
      throw new EOFException(how);
    }
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '"',
      value = {
        "fail http://a/%ff,true",
        "fail http://a/x]y,true",
        "fail http://a/x{y,true",
        "fail http://a/x[y,true",
        "fail 'http://a/,true",
        "fail 'http://a/%ff',false",
        "nosuch,false",
      })
  void lineThatCannotBeRead(String line, boolean mistyped) {
    CommandProcessorImpl processor = new CommandProcessorImpl(new ThreadIOImpl());
    processor.addCommand("test", new Failing(), "fail");
    OutputStream nowhere = OutputStream.nullOutputStream();
    try (CommandSession shell =
        processor.createSession(InputStream.nullInputStream(), nowhere, nowhere)) {
      shell.put(CommandSession.OPTION_NO_GLOB, true);
      Exception failure = assertThrows(Exception.class, () -> shell.execute(line));
      assertEquals(mistyped, ShellClient.isMistyped(failure), failure.toString());
    }
  }
}
