package org.sluice.junixsocket;

import java.io.FileInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * A process whose descriptor table is full passes a descriptor all the same; exit status 0 if it
 * could.
 */
final class FullTable {
  private FullTable() {}

  public static void main(String[] args) throws IOException {
    try (FdSenderTest.Pair pair = new FdSenderTest.Pair()) {
      int socket = pair.socket();
      FdSender.send(socket, FdSenderTest.direct("x"), socket);
      List<FileInputStream> open = new ArrayList<>();
      boolean full = false;
      while (!full) {
        try {
          open.add(new FileInputStream("/dev/null"));
        } catch (IOException e) {
          full = true;
        }
      }
      int sent = FdSender.send(socket, FdSenderTest.direct("y"), socket);
      for (FileInputStream file : open) {
        file.close();
      }
      Runtime.getRuntime().halt(sent == 1 && open.size() > 10 ? 0 : 1);
    }
  }
}
