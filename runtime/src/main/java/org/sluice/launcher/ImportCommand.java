package org.sluice.launcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import org.sluice.launcher.httpd.HttpdImport;

/** {@code sluice import httpd FILE}: another server's configuration as files of ours. */
final class ImportCommand implements Command {
  @Override
  public int run(Arguments arguments, Installation installation, Console console) throws Failure {
    if (arguments.rest().size() != 2 || !arguments.rest().get(0).equals("httpd")) {
      throw new Failure(Failure.USAGE, "usage: sluice import httpd FILE [--to FOLDER]");
    }
    // bin/sluice has gone into the base; paths on the command line are the caller's.
    String caller = System.getenv("SLUICE_CALLER");
    Path here = caller == null ? installation.base() : Path.of(caller);
    Path file = here.resolve(arguments.rest().get(1));
    String to = arguments.option("--to", "");
    Path folder = to.isEmpty() ? installation.base().resolve("import") : here.resolve(to);
    try {
      HttpdImport.Result result = HttpdImport.read(file);
      write(result.files(), folder, console);
      console.say("");
      console.say(result.report().stripTrailing());
    } catch (NoSuchFileException e) {
      throw new Failure(e.getFile() + ": no such file");
    } catch (IOException e) {
      throw new Failure("cannot import " + file + ": " + e.getMessage(), e);
    }
    return 0;
  }

  /** Writes into an empty folder only: what somebody has written by hand is not replaced. */
  private static void write(Map<String, String> files, Path folder, Console console)
      throws IOException, Failure {
    Files.createDirectories(folder);
    for (String name : files.keySet()) {
      if (Files.exists(folder.resolve(name))) {
        throw new Failure(
            folder.resolve(name) + " is there already; name another folder with --to");
      }
    }
    for (Map.Entry<String, String> each : files.entrySet()) {
      Files.writeString(folder.resolve(each.getKey()), each.getValue());
      console.say("wrote " + folder.resolve(each.getKey()));
    }
  }
}
