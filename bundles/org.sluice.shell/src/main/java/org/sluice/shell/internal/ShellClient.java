package org.sluice.shell.internal;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import org.apache.felix.gogo.runtime.CommandNotFoundException;
import org.apache.felix.gogo.runtime.SyntaxError;
import org.apache.felix.service.command.CommandProcessor;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Converter;
import org.apache.felix.service.command.Job;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client of the shell socket. It sends {@code exec COMMAND} or {@code interactive} and then
 * lines; it gets output and, at the end, a NUL byte and {@code exit STATUS}.
 */
final class ShellClient {
  private static final Logger LOG = LoggerFactory.getLogger(ShellClient.class);
  private static final Duration FIRST_LINE = Duration.ofSeconds(10);
  private static final Duration NEXT_LINE = Duration.ofMinutes(10);
  private static final Duration LAST_BYTES = Duration.ofSeconds(1);
  private static final int FAILED = 1;
  private static final int USAGE = 2;
  private static final int NOT_FOUND = 127;
  private static final String PROMPT = "sluice> ";

  private final SocketChannel channel;
  private final CommandProcessor processor;
  private final LineInput input;
  private final ChannelOutput output;
  private volatile CommandSession session;
  private volatile boolean ending;

  ShellClient(SocketChannel channel, CommandProcessor processor, ScheduledExecutorService clock) {
    this.channel = channel;
    this.processor = processor;
    Watch watch = new Watch(channel, clock);
    input = new LineInput(channel, watch);
    output = new ChannelOutput(channel, watch);
  }

  /** Serves the client until it is done; closes the channel. */
  void run() {
    try (channel) {
      String first = input.line(FIRST_LINE);
      if (first != null) {
        finish(serve(first));
      }
    } catch (IOException e) {
      // Clients leave when they like.
      LOG.debug("a shell client left: {}", e.toString());
    }
  }

  /** Ends a client that cannot be served, in the form it expects. */
  void refuse(String reason) {
    try (channel) {
      output.write((reason + "\n").getBytes(StandardCharsets.UTF_8));
      finish(FAILED);
    } catch (IOException e) {
      LOG.debug("a refused shell client left: {}", e.toString());
    }
  }

  /** Closing over bytes that were not read would reset the connection and lose the output. */
  private void finish(int status) throws IOException {
    output.trailer(status);
    channel.shutdownOutput();
    input.discard(LAST_BYTES);
  }

  /** The shell goes away: ends this client, at once unless {@code spared} is its own. */
  void end(CommandSession spared) {
    ending = true;
    CommandSession own = session;
    if (own != null && own == spared) {
      return;
    }
    try {
      channel.close();
    } catch (IOException e) {
      LOG.debug("a shell client could not be closed", e);
    }
    if (own != null) {
      interrupt(own.foregroundJob());
    }
  }

  private int serve(String first) throws IOException {
    PrintStream out = new PrintStream(output, true, StandardCharsets.UTF_8);
    boolean interactive = first.equals("interactive");
    if (!interactive && !first.startsWith("exec ")) {
      out.println("the first line must be 'exec COMMAND' or 'interactive'");
      return USAGE;
    }
    try (CommandSession shell = open(out)) {
      session = shell;
      output.onFailure(() -> interrupt(shell.foregroundJob()));
      if (interactive) {
        return talk(shell, out);
      }
      return execute(shell, out, first.substring("exec ".length()).strip());
    }
  }

  private static void interrupt(Job job) {
    if (job != null) {
      job.interrupt();
    }
  }

  private CommandSession open(PrintStream out) {
    CommandSession shell = processor.createSession(InputStream.nullInputStream(), out, out);
    shell.put("SCOPE", SluiceCommands.SCOPE + ":*");
    // A URL may hold ? and *, and there are no files to match here.
    shell.put(CommandSession.OPTION_NO_GLOB, true);
    return shell;
  }

  private int talk(CommandSession shell, PrintStream out) throws IOException {
    out.println("Sluice shell. 'help' lists the commands, 'exit' leaves.");
    while (!ending) {
      out.print(PROMPT);
      out.flush();
      String line = input.line(NEXT_LINE);
      if (line == null || isExit(line.strip())) {
        return 0;
      }
      execute(shell, out, line.strip());
    }
    return 0;
  }

  /** Leaving the shell is not a command of the framework, where it might end the front. */
  private static boolean isExit(String line) {
    return line.equals("exit") || line.equals("quit") || line.equals("logout");
  }

  /** Prints what a command returned; a truth value, as of a search, is its status instead. */
  private static int show(CommandSession shell, PrintStream out, Object result) {
    if (result instanceof Boolean found) {
      return found ? 0 : FAILED;
    }
    if (result != null) {
      String text = shell.format(result, Converter.INSPECT).toString();
      out.print(text.endsWith("\n") ? text : text + "\n");
    }
    return 0;
  }

  /** Messages repeat what was typed, by whoever made the script that typed it. */
  private static void complain(PrintStream out, String message) {
    out.println(Text.printable(message));
  }

  /** Whether Gogo could not read the line; of one that has no end it tells in a wrapping. */
  static boolean isMistyped(Throwable failure) {
    return failure instanceof SyntaxError || failure.getCause() instanceof SyntaxError;
  }

  private int execute(CommandSession shell, PrintStream out, String line) throws IOException {
    if (line.isEmpty() || line.startsWith("#") || isExit(line)) {
      return 0;
    }
    try {
      return show(shell, out, shell.execute(line));
    } catch (CommandNotFoundException e) {
      complain(out, "no such command: " + e.getCommand() + "; try help");
      return NOT_FOUND;
    } catch (CommandFailure e) {
      // Ours, and made for the operator.
      LOG.debug("the command '{}' failed", line, e);
      complain(out, Text.message(e));
      return FAILED;
    } catch (Exception | LinkageError e) {
      // Any command of any bundle may fail in any way: the message is for the operator, who may
      // have mistyped; where it comes from is for whoever looks for a defect.
      if (isMistyped(e)) {
        LOG.debug("the shell cannot read '{}'", line, e);
      } else {
        LOG.info("the shell command '{}' failed", line, e);
      }
      complain(out, Text.message(e));
      return FAILED;
    } finally {
      out.flush();
      output.check();
    }
  }
}
