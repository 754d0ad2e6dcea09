package org.sluice.cgi.internal;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.propertytypes.ServiceRanking;
import org.sluice.api.http.HandlerException;
import org.sluice.cgi.api.CgiCommand;
import org.sluice.cgi.api.CgiScript;
import org.sluice.cgi.api.SluiceCgiCommand;

/**
 * The command of every script that no other one is for: machine code runs as it is, a script by the
 * interpreter that its {@code #!} line names, read here as the kernel reads it. Anything else is
 * refused: some libraries would give it to a shell, which then runs whatever the text happens to
 * mean.
 */
@Component(service = CgiCommand.class)
@SluiceCgiCommand(suffix = "*")
@ServiceRanking(-100)
public final class HashBangCommand implements CgiCommand {
  /** Longest first line, as the kernel's (BINPRM_BUF_SIZE). */
  private static final int LINE = 256;

  private static final byte[] ELF = {0x7f, 'E', 'L', 'F'};

  @Override
  public List<String> command(CgiScript script) throws HandlerException {
    Path path = script.path();
    if (!Files.isExecutable(path)) {
      throw refused(path, "it is not executable for the user of the front (chmod +x)");
    }
    byte[] start = start(path);
    if (start.length >= ELF.length && java.util.Arrays.equals(ELF, 0, 4, start, 0, 4)) {
      return List.of(path.toString());
    }
    if (start.length < 2 || start[0] != '#' || start[1] != '!') {
      throw refused(path, "exec format error: it is neither a program nor a script with a #! line");
    }
    return interpreted(path, new String(start, StandardCharsets.UTF_8));
  }

  /** One interpreter and at most one argument, blanks and all, as execve(2) has it. */
  private static List<String> interpreted(Path path, String start) throws HandlerException {
    int end = start.indexOf('\n');
    if (end < 0 && start.length() >= LINE) {
      throw refused(path, "its #! line is longer than " + LINE + " bytes");
    }
    String line = start.substring(2, end < 0 ? start.length() : end);
    if (line.endsWith("\r")) {
      throw refused(path, "its #! line ends with CR LF; save the script with LF line ends");
    }
    line = line.strip();
    int blank = 0;
    while (blank < line.length() && line.charAt(blank) != ' ' && line.charAt(blank) != '\t') {
      blank++;
    }
    String interpreter = line.substring(0, blank);
    String argument = line.substring(blank).strip();
    if (!interpreter.startsWith("/") || line.indexOf('\0') >= 0) {
      throw refused(path, "its #! line names no interpreter by an absolute path");
    }
    return argument.isEmpty()
        ? List.of(interpreter, path.toString())
        : List.of(interpreter, argument, path.toString());
  }

  private static byte[] start(Path path) throws HandlerException {
    try (InputStream in = Files.newInputStream(path)) {
      return in.readNBytes(LINE);
    } catch (AccessDeniedException e) {
      // Machine code that may be run but not read; a script could not be read by its interpreter.
      return ELF;
    } catch (IOException e) {
      if (Shortage.isOf(e)) {
        throw Shortage.answer(path.toString());
      }
      throw refused(path, e.toString());
    }
  }

  private static HandlerException refused(Path path, String why) {
    return new HandlerException(500, "cgi-command", path + " cannot be run: " + why);
  }
}
