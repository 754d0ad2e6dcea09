package org.sluice.receiver;

import java.io.IOException;
import java.nio.file.Path;

/** A receiver in a process of its own, for a test that takes its descriptors away. */
public final class HungryReceiver {
  private HungryReceiver() {}

  /** Receives until its standard input ends, then says how many messages were cut. */
  public static void main(String[] arguments) throws IOException {
    ReceiverOptions options = ReceiverOptions.defaults().dialect("sluice");
    Receiver receiver = Receiver.open(Path.of(arguments[0]), options, PacketReceiverTest::answer);
    System.out.println("listening");
    while (System.in.read() >= 0) {}
    System.out.println("cut " + receiver.counts().truncated());
    System.exit(0);
  }
}
