package org.sluice.launcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * {@code sluice demo}: a base made for trying out, the demo receiver as a second process, and a
 * front before it.
 */
final class DemoCommand implements Command {
  @Override
  public int run(Arguments arguments, Installation installation, Console console) throws Failure {
    BaseFolder.prepare(installation);
    writeConfiguration(installation, arguments.option("--listen", "127.0.0.1:8080"));
    try (DemoReceiver receiver = DemoReceiver.start(installation)) {
      console.say("receiver: process " + receiver.pid() + ", listening on " + DemoReceiver.SOCKET);
      return new RunCommand()
          .serve(installation, console, false, addresses -> invite(console, addresses));
    }
  }

  private static void writeConfiguration(Installation installation, String listen) throws Failure {
    Path etc = installation.etc();
    try {
      for (String file : List.of("org.sluice.site~main.cfg", "org.sluice.route~welcome.cfg")) {
        Files.deleteIfExists(
            etc.resolve(file)); // the distribution's own site would want the same address
      }
      Files.writeString(
          etc.resolve("org.sluice.site~demo.cfg"),
          "# The demonstration's site: any host name on this address.\nlisten=" + listen + "\n");
      Files.writeString(
          etc.resolve("org.sluice.route~welcome.cfg"),
          "# Answered by the front itself.\nsite=demo\npath=/\ntarget=status:200\n"
              + "status.text=Answered by the front itself. Try /hello/\n");
      Files.writeString(
          etc.resolve("org.sluice.route~hello.cfg"),
          "# Handed over: the front writes the head, the receiver's process the body, on the same"
              + " connection.\n"
              + "site=demo\n"
              + "path=/hello/\n"
              + "target=fd:"
              + DemoReceiver.SOCKET
              + "\n");
      Files.writeString(
          etc.resolve("org.sluice.route~lease.cfg"),
          "# Lent: the receiver writes the whole response and gives the connection back to the"
              + " front.\n"
              + "site=demo\n"
              + "path=/lease/\n"
              + "target=fd:"
              + DemoReceiver.LEASE_SOCKET
              + "\ndialect=sluice\n");
    } catch (IOException e) {
      throw new Failure(etc + ": cannot be written: " + e, e);
    }
  }

  private static void invite(Console console, List<String> addresses) {
    String address = addresses.isEmpty() ? "http://127.0.0.1:8080" : addresses.get(0);
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
