package org.sluice.receiver.internal;

import java.io.Closeable;
import java.io.FileDescriptor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.newsclub.net.unix.DescriptorSockets;
import org.sluice.receiver.HandOffListener;
import org.sluice.receiver.ReceiverCounts;
import org.sluice.receiver.ReceiverOptions;

/**
 * Accepts connections of the front, reads the message of each and calls the listener with it. A
 * connection is accepted only when a thread is free to serve it, so that the front sees how busy
 * the receiver is.
 */
public final class ClassicReceiver implements Closeable {
  /** How long to leave the front alone when no descriptor is left to accept it with. */
  private static final long PAUSE_MILLIS = 100;

  private final Path path;
  private final ReceiverOptions options;
  private final HandOffListener listener;
  private final FileDescriptor socket;
  private final SocketFile file;
  private final Counts counts = new Counts();
  private final Set<ClassicHandOff> running = ConcurrentHashMap.newKeySet();
  private final Semaphore free;
  private final ExecutorService workers;
  private final Farewell farewell;
  private final Thread acceptor;
  private volatile boolean closed;

  private ClassicReceiver(
      Path path,
      ReceiverOptions options,
      HandOffListener listener,
      FileDescriptor socket,
      SocketFile file) {
    this.path = path;
    this.options = options;
    this.listener = listener;
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
  public static ClassicReceiver open(Path path, ReceiverOptions options, HandOffListener listener)
      throws IOException {
    boolean packets = options.dialect().equals("json");
    FileDescriptor socket = packets ? DescriptorSockets.openPackets() : DescriptorSockets.open();
    try {
      SocketFile file = SocketFile.listen(socket, path, options);
      ClassicReceiver receiver = new ClassicReceiver(path, options, listener, socket, file);
      receiver.acceptor.start();
      return receiver;
    } catch (IOException | RuntimeException e) {
      DescriptorSockets.close(socket);
      throw e;
    }
  }

  /** Where this receiver listens. */
  public Path path() {
    return path;
  }

  /** What has happened so far. */
  public ReceiverCounts counts() {
    return counts;
  }

  private void accept() {
    try {
      while (!closed) {
        free.acquire();
        FileDescriptor connection = acceptOne();
        if (connection == null) {
          free.release();
        } else {
          workers.execute(() -> serve(connection));
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
        Log.warn("Receiver " + path + " cannot accept, goes on in " + PAUSE_MILLIS + " ms", e);
        Thread.sleep(PAUSE_MILLIS);
      }
      return null;
    }
  }

  private void serve(FileDescriptor connection) {
    try {
      int timeout = Math.toIntExact(options.messageTimeout().toMillis());
      ClassicMessage message = ClassicMessage.read(connection, timeout, counts);
      OwnedSocket client = message == null ? null : own(message.descriptor());
      if (client != null) {
        counts.handedOff.increment();
        call(new ClassicHandOff(options.dialect(), message.bytes(), client));
      }
    } catch (Exception e) {
      Log.warn("Receiver " + path + " lost a hand-off", e);
    } finally {
      free.release();
    }
  }

  private OwnedSocket own(FileDescriptor descriptor) throws IOException {
    try {
      return new OwnedSocket(descriptor, farewell, options.stallTimeout().toMillis());
    } catch (IOException e) {
      counts.notSockets.increment();
      DescriptorSockets.close(descriptor);
      return null;
    }
  }

  /** The call boundary: whatever the application throws costs its own client only. */
  private void call(ClassicHandOff handOff) {
    running.add(handOff);
    boolean served = false;
    try {
      listener.handedOff(handOff);
      served = handOff.isAccepted();
    } catch (IOException e) {
      Log.debug("The listener of " + path + " gave a client up", e);
    } catch (Throwable e) {
      Log.warn("The listener of " + path + " failed", e);
    } finally {
      running.remove(handOff);
      if (!served) {
        counts.failed.increment();
        handOff.abort();
      }
      handOff.end();
    }
  }

  @Override
  public void close() throws IOException {
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
          running.forEach(ClassicHandOff::abort);
        }
        farewell.close();
      } catch (InterruptedException e) {
        running.forEach(ClassicHandOff::abort);
        Thread.currentThread().interrupt();
      }
    }
  }
}
