package org.sluice.receiver;

import java.io.FileInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;

/** A receiver that opens files until it may open no more, for a test of what it does then. */
public final class HungryReceiver {
  private HungryReceiver() {}

  /** Eats all descriptors at the first line of standard input, gives them back at the second. */
  public static void main(String[] arguments) throws IOException {
    ReceiverOptions options = ReceiverOptions.defaults().dialect("sluice");
    Receiver receiver = Receiver.open(Path.of(arguments[0]), options, PacketReceiverTest::answer);
    Deque<FileInputStream> eaten = new ArrayDeque<>();
    System.out.println("listening");
    System.in.read();
    try {
      while (true) {
        eaten.add(new FileInputStream("/dev/null"));
      }
    } catch (IOException e) {
      System.out.println("full");
    }
    System.in.read();
    for (FileInputStream file : eaten) {
      file.close();
    }
    System.out.println("free " + receiver.counts().truncated());
    System.in.read();
    System.exit(0);
  }
}
