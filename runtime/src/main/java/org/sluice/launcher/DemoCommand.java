package org.sluice.launcher;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * {@code sluice demo}: a base made for trying out, the demo receiver as a second process, and a
 * front before it.
 */
final class DemoCommand implements Command {
  private static final String SITE = "org.sluice.site~demo.cfg";
  private static final String SITE_BEGINS =
      "# The demonstration's site: any host name on this address.\nlisten=";

  private static final Map<String, String> ROUTES =
      Map.of(
          "org.sluice.route~welcome.cfg",
          "# Answered by the front itself.\nsite=demo\npath=/\ntarget=status:200\n"
              + "status.text=Answered by the front itself. Try /hello/\n",
          "org.sluice.route~hello.cfg",
          "# Handed over: the front writes the head, the receiver's process the body, on the same"
              + " connection.\n"
              + "site=demo\n"
              + "path=/hello/\n"
              + "target=fd:"
              + DemoReceiver.SOCKET
              + "\n",
          "org.sluice.route~lease.cfg",
          "# Lent: the receiver writes the whole response and gives the connection back to the"
              + " front.\n"
              + "site=demo\n"
              + "path=/lease/\n"
              + "target=fd:"
              + DemoReceiver.LEASE_SOCKET
              + "\ndialect=sluice\n");

  @Override
  public int run(Arguments arguments, Installation installation, Console console) throws Failure {
    String listen = arguments.option("--listen", "127.0.0.1:8080");
    BaseLock.mustBeFree(installation); // a better reason than a file somebody has changed meanwhile
    refuseWhatIsNotOurs(installation);
    // The lock comes first: what is written here would change the front of another demo.
    try (BaseLock lock = RunCommand.take(installation, console)) {
      writeConfiguration(installation, listen);
      try (DemoReceiver receiver = DemoReceiver.start(installation)) {
        console.say(
            "receiver: process " + receiver.pid() + ", listening on " + DemoReceiver.SOCKET);
        return RunCommand.serve(
            lock, installation, console, false, addresses -> invite(console, listen, addresses));
      }
    }
  }

  /**
   * A site is removed and files are added, so the base must be new, or one of an earlier
   * demonstration, whatever was tried out in it since.
   */
  private static void refuseWhatIsNotOurs(Installation installation) throws Failure {
    Path etc = installation.etc();
    if (!Files.isDirectory(etc)) {
      return;
    }
    Path shipped = installation.home().resolve("etc");
    try (Stream<Path> files = Files.list(etc)) {
      if (Files.isSameFile(etc, shipped)) {
        throw refused(etc + " is the distribution's own");
      }
      if (isDemo(etc.resolve(SITE))) {
        return;
      }
      for (Path file : (Iterable<Path>) files.sorted()::iterator) {
        if (file.toString().endsWith(".cfg") && !isShipped(file, shipped)) {
          throw refused(file + " is neither the distribution's nor the demonstration's");
        }
      }
    } catch (IOException e) {
      throw new Failure(etc + ": cannot be read: " + e, e);
    }
  }

  private static Failure refused(String why) {
    return new Failure(
        why + ", and the demonstration replaces files there; give it a folder: --base DIR");
  }

  private static boolean isDemo(Path site) throws IOException {
    return Files.isRegularFile(site)
        && Files.readString(site, StandardCharsets.ISO_8859_1).startsWith(SITE_BEGINS);
  }

  private static boolean isShipped(Path file, Path shipped) throws IOException {
    Path original = shipped.resolve(file.getFileName());
    return Files.isRegularFile(file)
        && Files.isRegularFile(original)
        && Files.mismatch(file, original) < 0;
  }

  private static void writeConfiguration(Installation installation, String listen) throws Failure {
    Path etc = installation.etc();
    try {
      // The distribution's own site would want the same address.
      Files.deleteIfExists(etc.resolve("org.sluice.site~main.cfg"));
      Files.writeString(etc.resolve(SITE), SITE_BEGINS + listen + "\n");
      for (Map.Entry<String, String> route : ROUTES.entrySet()) {
        Path file = etc.resolve(route.getKey());
        if (Files.notExists(file) || isShipped(file, installation.home().resolve("etc"))) {
          Files.writeString(file, route.getValue());
        }
      }
    } catch (IOException e) {
      throw new Failure(etc + ": cannot be written: " + e, e);
    }
  }

  private static void invite(Console console, String listen, List<String> addresses)
      throws Failure {
    if (addresses.isEmpty()) {
      throw new Failure("--listen " + listen + ": nothing listens there, see the errors above");
    }
    String address = addresses.get(0);
    console.say("");
    console.say("Try:");
    console.say("  curl -i " + address + "/          answered by the front");
    console.say(
        "  curl -iN " + address + "/hello/    head by the front, body by the receiver's process");
    console.say("  curl -iv " + address + "/lease/ " + address + "/");
    console.say("      lent and given back: the front answers the second on the same connection");
    console.say(
        "  " + "the configuration is in etc/ of this folder: " + Path.of("").toAbsolutePath());
    console.say("Ctrl-C ends the front, and the receiver after the streams that it writes.");
  }
}
