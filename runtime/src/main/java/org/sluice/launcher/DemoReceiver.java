package org.sluice.launcher;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.InvocationTargetException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The demo receiver as a process that ends after the front, however that ends: it waits for the end
 * of its standard input, a pipe that the kernel closes with the front, and answers to the end whom
 * it has been handed. The class is both sides of that: {@link #start} in the front's JVM, {@link
 * #main} in the receiver's.
 */
public final class DemoReceiver implements AutoCloseable {
  /** Where it listens, relative to the base. */
  static final String SOCKET = "run/demo.sock";

  /** Where it listens for clients that it gives back, relative to the base. */
  static final String LEASE_SOCKET = "run/lease.sock";

  private static final String RECEIVER = "org.sluice.receiver.demo.Main";
  private static final int LISTENS_WITHIN_SECONDS = 15;

  private final Process process;

  private DemoReceiver(Process process) {
    this.process = process;
  }

  /** Starts the process and waits for its socket. */
  static DemoReceiver start(Installation installation) throws Failure {
    Path socket = installation.base().resolve(SOCKET);
    try {
      Files.deleteIfExists(socket);
      Files.deleteIfExists(installation.base().resolve(LEASE_SOCKET));
      String java = ProcessHandle.current().info().command().orElse("java");
      String jars =
          List.of("lib", "bundles/1", "bundles/2").stream()
              .map(folder -> installation.home().resolve(folder) + "/*")
              .reduce((a, b) -> a + ":" + b)
              .orElseThrow();
      String tmp = "-Djava.io.tmpdir=" + installation.cache();
      ProcessBuilder builder =
          new ProcessBuilder(
              java,
              "-Xmx64m",
              "-XX:TieredStopAtLevel=1",
              tmp,
              "-cp",
              jars,
              DemoReceiver.class.getName(),
              SOCKET,
              LEASE_SOCKET);
      builder
          .redirectOutput(ProcessBuilder.Redirect.INHERIT)
          .redirectError(ProcessBuilder.Redirect.INHERIT);
      DemoReceiver receiver =
          new DemoReceiver(builder.directory(installation.base().toFile()).start());
      receiver.awaitSocket(socket);
      return receiver;
    } catch (IOException e) {
      throw new Failure("the demo receiver does not start: " + e.getMessage(), e);
    }
  }

  private void awaitSocket(Path socket) throws Failure {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(LISTENS_WITHIN_SECONDS);
    try {
      while (Files.notExists(socket)) {
        if (process.waitFor(20, TimeUnit.MILLISECONDS)) {
          throw new Failure("the demo receiver ended at once, status " + process.exitValue());
        }
        if (System.nanoTime() > deadline) {
          close();
          throw new Failure("the demo receiver does not listen on " + SOCKET);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      close();
      throw new Failure("interrupted", e);
    }
  }

  long pid() {
    return process.pid();
  }

  @Override
  public void close() {
    process.destroy();
  }

  /**
   * Entry point of the receiver's process: ends it in order at the end of standard input and
   * otherwise leaves it to the demo receiver.
   *
   * @param args the socket's path
   */
  public static void main(String[] args) throws ReflectiveOperationException {
    Thread watch = new Thread(DemoReceiver::endWithInput, "ends-with-the-front");
    watch.setDaemon(true);
    watch.start();
    try {
      Class.forName(RECEIVER).getMethod("main", String[].class).invoke(null, (Object) args);
    } catch (InvocationTargetException e) {
      throw new IllegalStateException("the demo receiver has failed", e.getCause());
    }
  }

  private static void endWithInput() {
    InputStream in = System.in;
    try {
      while (in.read() >= 0) {
        // nothing is ever sent
      }
    } catch (IOException e) {
      // as good as the end
    }
    System.exit(0);
  }
}
