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

  /** The files are replaced and sites removed, so the base must not be one that somebody uses. */
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
      for (Path file : (Iterable<Path>) files.sorted()::iterator) {
        if (!isOurs(file, shipped)) {
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

  private static boolean isOurs(Path file, Path shipped) throws IOException {
    if (!Files.isRegularFile(file)) {
      return false;
    }
    String name = file.getFileName().toString();
    Path original = shipped.resolve(name);
    if (Files.isRegularFile(original) && Files.mismatch(file, original) < 0) {
      return true;
    }
    String text = Files.readString(file, StandardCharsets.ISO_8859_1);
    return name.equals(SITE)
        ? text.startsWith(SITE_BEGINS)
            && text.indexOf('\n', SITE_BEGINS.length()) == text.length() - 1
        : text.equals(ROUTES.get(name));
  }

  private static void writeConfiguration(Installation installation, String listen) throws Failure {
    Path etc = installation.etc();
    try {
      // The distribution's own site would want the same address.
      Files.deleteIfExists(etc.resolve("org.sluice.site~main.cfg"));
      Files.writeString(etc.resolve(SITE), SITE_BEGINS + listen + "\n");
      for (Map.Entry<String, String> route : ROUTES.entrySet()) {
        Files.writeString(etc.resolve(route.getKey()), route.getValue());
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
    console.say("Ctrl-C ends front and receiver.");
  }
}
