package org.sluice.receiver.internal;

import java.io.FileDescriptor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.newsclub.net.unix.DescriptorSockets;
import org.sluice.receiver.ReceiverOptions;

/**
 * Accepts connections of the front, reads the message of each and calls the listener with it. A
 * connection is accepted only when a thread is free to serve it, so that the front sees how busy
 * the receiver is.
 */
final class ClassicReceiver implements Engine {
  /** How long to leave the front alone when no descriptor is left to accept it with. */
  private static final long PAUSE_MILLIS = 100;

  private final Path path;
  private final ReceiverOptions options;
  private final Consumer<Arrival> sink;
  private final FileDescriptor socket;
  private final SocketFile file;
  private final Counts counts;
  private final Semaphore free;
  private final ExecutorService workers;
  private final Farewell farewell;
  private final Thread acceptor;
  private volatile boolean closed;

  private ClassicReceiver(
      Path path,
      ReceiverOptions options,
      Counts counts,
      Consumer<Arrival> sink,
      FileDescriptor socket,
      SocketFile file) {
    this.path = path;
    this.options = options;
    this.counts = counts;
    this.sink = sink;
    this.socket = socket;
    this.file = file;
    String name = "receiver " + path.getFileName();
    this.free = new Semaphore(options.threads());
    this.farewell = new Farewell(name + " farewell", options);
    AtomicInteger number = new AtomicInteger();
    // The semaphore bounds the pool; a bound of its own would refuse a task in the instant between
    // the release of a permit and the return of its thread.
    this.workers =
        new ThreadPoolExecutor(
            0,
            Integer.MAX_VALUE,
            30,
            TimeUnit.SECONDS,
            new SynchronousQueue<>(),
            task -> new Thread(task, name + " " + number.incrementAndGet()));
    this.acceptor = new Thread(this::accept, name + " accept");
  }

  /** Starts to listen; see {@link org.sluice.receiver.Receiver#open}. */
  static ClassicReceiver open(
      Path path, ReceiverOptions options, Counts counts, Consumer<Arrival> sink)
      throws IOException {
    boolean packets = options.dialect().equals("json");
    FileDescriptor socket = packets ? DescriptorSockets.openPackets() : DescriptorSockets.open();
    try {
      SocketFile file = SocketFile.listen(socket, path, options);
      ClassicReceiver receiver = new ClassicReceiver(path, options, counts, sink, socket, file);
      receiver.acceptor.start();
      return receiver;
    } catch (IOException | RuntimeException e) {
      DescriptorSockets.close(socket);
      throw e;
    }
  }

  private void accept() {
    try {
      while (!closed) {
        free.acquire();
        FileDescriptor connection = acceptOne();
        if (connection == null) {
          free.release();
        } else {
          start(connection);
        }
      }
    } catch (InterruptedException e) {
      // Only close() interrupts this thread.
      closed = true;
    }
  }

  private FileDescriptor acceptOne() throws InterruptedException {
    try {
      return DescriptorSockets.accept(socket);
    } catch (IOException e) {
      if (!closed) {
        pause(e);
      }
      return null;
    }
  }

  private void pause(Throwable cause) throws InterruptedException {
    Log.warn("Receiver " + path + " cannot accept, goes on in " + PAUSE_MILLIS + " ms", cause);
    Thread.sleep(PAUSE_MILLIS);
  }

  private void start(FileDescriptor connection) throws InterruptedException {
    try {
      workers.execute(() -> serve(connection));
    } catch (OutOfMemoryError e) {
      // No thread to be had. Closed unread, the message tells its front that nobody has it.
      free.release();
      close(connection);
      pause(e);
    }
  }

  private static void close(FileDescriptor connection) {
    try {
      DescriptorSockets.close(connection);
    } catch (IOException e) {
      Log.debug("Close of a front's connection failed", e);
    }
  }

  private void serve(FileDescriptor connection) {
    OwnedSocket client = null;
    try {
      int timeout = Math.toIntExact(options.messageTimeout().toMillis());
      ClassicMessage message = ClassicMessage.read(connection, timeout, counts);
      client = message == null ? null : own(message.descriptor());
      if (client != null) {
        counts.handedOff.increment();
        sink.accept(new ClassicHandOff(options.dialect(), message.bytes(), client));
      }
    } catch (IOException | RuntimeException e) {
      Log.warn("Receiver " + path + " lost a hand-off", e);
      if (client != null) {
        client.abort();
      }
    } finally {
      free.release();
    }
  }

  private OwnedSocket own(FileDescriptor descriptor) throws IOException {
    if (!DescriptorSockets.isSocket(descriptor)) {
      counts.notSockets.increment();
      DescriptorSockets.close(descriptor);
      return null;
    }
    long stallMillis = options.stallTimeout().toMillis();
    OwnedSocket client = new OwnedSocket(descriptor, farewell, stallMillis);
    try {
      client.own();
      return client;
    } catch (IOException e) {
      client.abort();
      throw e;
    }
  }

  @Override
  public boolean ended(String memo, int status, long written, long body) {
    throw new UnsupportedOperationException("The dialect " + options.dialect() + " has no reports");
  }

  @Override
  public void close(Runnable late) throws IOException {
    closed = true;
    try {
      file.delete();
    } finally {
      DescriptorSockets.shutdown(socket, true, true);
      acceptor.interrupt();
      try {
        acceptor.join();
        DescriptorSockets.close(socket);
        workers.shutdown();
        if (!workers.awaitTermination(options.closeTimeout().toMillis(), TimeUnit.MILLISECONDS)) {
          late.run();
        }
        farewell.close();
      } catch (InterruptedException e) {
        late.run();
        Thread.currentThread().interrupt();
      }
    }
  }
}
