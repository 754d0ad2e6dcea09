package org.sluice.junixsocket;

import java.io.FileDescriptor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.newsclub.net.unix.RawDescriptors;

/**
 * Measures messages with one descriptor per second, by hand: a send and the matching receive, and
 * the same with the library's bare call in place of {@link FdSender}. Their difference is what
 * {@link FdSender} costs.
 */
final class SendRate {
  private SendRate() {}

  public static void main(String[] args) throws IOException {
    int calls = 200_000;
    StringBuilder report = new StringBuilder();
    for (int round = 0; round < 5; round++) {
      double safe = run(calls, true);
      double bare = run(calls, false);
      report.append(
          String.format(
              "FdSender %.2f us, bare %.2f us, difference %.2f us%n", safe, bare, safe - bare));
    }
    try (java.io.PrintWriter out =
        new java.io.PrintWriter(new java.io.FileOutputStream(FileDescriptor.out), true)) {
      out.print(report);
    }
  }

  private static double run(int calls, boolean safe) throws IOException {
    try (FdSenderTest.Pair pair = new FdSenderTest.Pair()) {
      int socket = pair.socket();
      FileDescriptor own = pair.left.getFileDescriptor();
      RawDescriptors.Ancillary ancillary = new RawDescriptors.Ancillary();
      ByteBuffer data = FdSenderTest.direct("\0");
      ByteBuffer in = ByteBuffer.allocateDirect(1_024);
      int batch = 50;
      long[] nanos = new long[calls / batch];
      for (int i = 0; i < nanos.length; i++) {
        long start = System.nanoTime();
        for (int j = 0; j < batch; j++) {
          if (safe) {
            data.clear();
            FdSender.send(socket, data, socket);
          } else {
            RawDescriptors.send(own, data, 0, 1, new int[] {socket}, ancillary);
          }
        }
        nanos[i] = System.nanoTime() - start;
        for (int got = 0; got < batch; ) {
          got += pair.right.read(in.clear());
          for (FileDescriptor received : pair.right.getReceivedFileDescriptors()) {
            RawDescriptors.close(received);
          }
        }
      }
      Arrays.sort(nanos);
      return nanos[nanos.length / 2] / 1000.0 / batch;
    }
  }
}
