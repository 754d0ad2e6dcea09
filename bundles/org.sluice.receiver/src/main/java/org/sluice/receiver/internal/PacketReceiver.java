package org.sluice.receiver.internal;

import java.io.FileDescriptor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.newsclub.net.unix.DescriptorSockets;
import org.newsclub.net.unix.DescriptorSockets.ControlTruncatedException;
import org.sluice.receiver.ReceiverOptions;

/**
 * Receives clients in the dialect {@code sluice}: one thread for each connection of the front,
 * which are few and stand, and a pool for the application's calls.
 */
final class PacketReceiver implements Engine {
  private static final int SLICE_MILLIS = 1_000;

  private final Path path;
  private final ReceiverOptions options;
  private final Counts counts;
  private final Consumer<Arrival> sink;
  private final FileDescriptor socket;
  private final SocketFile file;
  private final ExecutorService threads;
  private final ExecutorService workers;
  private final Farewell farewell;
  private final FrontLines fronts;
  private volatile boolean closed;

  private PacketReceiver(
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
    this.fronts = new FrontLines(options.capacity());
    this.farewell = new Farewell(name + " farewell", options);
    this.threads = Executors.newCachedThreadPool(task -> new Thread(task, name + " front"));
    this.workers =
        Executors.newFixedThreadPool(options.threads(), task -> new Thread(task, name + " client"));
  }

  static PacketReceiver open(
      Path path, ReceiverOptions options, Counts counts, Consumer<Arrival> sink)
      throws IOException {
    FileDescriptor socket = DescriptorSockets.openPackets();
    try {
      SocketFile file = SocketFile.listen(socket, path, options);
      PacketReceiver receiver = new PacketReceiver(path, options, counts, sink, socket, file);
      receiver.threads.execute(receiver::accept);
      return receiver;
    } catch (IOException | RuntimeException e) {
      DescriptorSockets.close(socket);
      throw e;
    }
  }

  private void accept() {
    while (!closed) {
      try {
        FileDescriptor connection = DescriptorSockets.accept(socket);
        start(connection);
      } catch (IOException e) {
        if (!closed) {
          Log.warn("Receiver " + path + " cannot accept", e);
          pause();
        }
      }
    }
  }

  private void start(FileDescriptor connection) throws IOException {
    try {
      threads.execute(() -> serve(connection));
    } catch (OutOfMemoryError e) {
      DescriptorSockets.close(connection);
      throw new IOException("No thread for a front's connection", e);
    }
  }

  private static void pause() {
    try {
      Thread.sleep(100);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void serve(FileDescriptor connection) {
    FrontLine front = new FrontLine(connection, options.name());
    fronts.add(front);
    ByteBuffer buffer = ByteBuffer.allocateDirect(PacketMessage.LONGEST + 1);
    try {
      while (!closed && connection.valid()) {
        if (DescriptorSockets.poll(connection, SelectionKey.OP_READ, SLICE_MILLIS)
            && !packet(connection, front, buffer.clear())) {
          break;
        }
      }
    } catch (IOException e) {
      Log.debug("A front's connection to " + path + " ended", e);
    } finally {
      end(front);
    }
  }

  /** What is acknowledged is ours from now on; where this end is our doing, the front hears it. */
  private void end(FrontLine front) {
    List<PacketHandOff> clients = new ArrayList<>(front.clients.values());
    if (closed) {
      clients.forEach(client -> client.client().take());
    }
    fronts.remove(front);
    front.close();
    clients.forEach(PacketHandOff::yours);
  }

  /** False at the end of the connection. */
  private boolean packet(FileDescriptor connection, FrontLine front, ByteBuffer buffer)
      throws IOException {
    List<FileDescriptor> descriptors = new ArrayList<>(2);
    // What an earlier packet left must not pass for the head of a cut one.
    buffer.put(0, (byte) 0);
    try {
      if (DescriptorSockets.receive(connection, buffer, descriptors) <= 0) {
        closeAll(descriptors);
        return false;
      }
    } catch (ControlTruncatedException e) {
      counts.truncated.increment();
      return refuse(front, buffer.position(0), "nofd");
    }
    buffer.flip();
    if (buffer.remaining() > PacketMessage.LONGEST) {
      closeAll(descriptors);
      return malformed("a packet of more than " + PacketMessage.LONGEST + " bytes", null);
    }
    if (buffer.get(0) != '{' && descriptors.isEmpty()) {
      notice(StandardCharsets.US_ASCII.decode(buffer).toString().strip(), front);
      return true;
    }
    return client(buffer, descriptors, front);
  }

  /** Nothing of the packet is kept; the front asks somebody else. */
  private boolean refuse(FrontLine front, ByteBuffer packet, String reason) {
    long id = PacketMessage.idOf(packet);
    if (id <= 0) {
      return malformed("a packet without an id", null);
    }
    front.tell("PASS " + id + " " + reason);
    return true;
  }

  private boolean malformed(String what, Exception cause) {
    counts.malformed.increment();
    Log.warn("Receiver " + path + " ends a front's connection: " + what, cause);
    return false;
  }

  private static void notice(String line, FrontLine front) {
    String[] words = line.split(" ");
    if (words.length < 2 || !words[1].matches("[0-9]{1,18}")) {
      return;
    }
    PacketHandOff client = front.clients.get(Long.parseLong(words[1]));
    if (client != null && words[0].equals("GONE")) {
      client.gone();
    } else if (client != null && words[0].equals("YOURS")) {
      client.yours();
    }
  }

  private boolean client(ByteBuffer buffer, List<FileDescriptor> descriptors, FrontLine front)
      throws IOException {
    OwnedSocket client = null;
    try {
      PacketMessage message = PacketMessage.of(buffer, descriptors);
      String refusal = refusal(message, descriptors);
      if (refusal != null) {
        closeAll(descriptors);
        front.tell("PASS " + message.id() + " " + refusal);
        return true;
      }
      long stallMillis = options.stallTimeout().toMillis();
      client = new OwnedSocket(descriptors.get(0), farewell, stallMillis);
      arrived(new PacketHandOff(message.head(), message.rest(), client, front, fronts), front);
      descriptors.remove(0);
      closeAll(descriptors);
      return true;
    } catch (IOException | RuntimeException e) {
      // Casts fail here too: whatever the front must not send ends its connection.
      closeAll(descriptors);
      return malformed("a packet that is none: " + e.getMessage(), e);
    }
  }

  /** Why the client is not taken, or null. */
  private String refusal(PacketMessage message, List<FileDescriptor> descriptors) {
    if (descriptors.isEmpty()) {
      counts.withoutDescriptor.increment();
      return "nofd";
    }
    if (descriptors.size() > (message.spilled() ? 2 : 1)) {
      counts.severalDescriptors.increment();
      return "descriptors";
    }
    if (!DescriptorSockets.isSocket(descriptors.get(0))) {
      counts.notSockets.increment();
      return "nosocket";
    }
    return null;
  }

  private void arrived(PacketHandOff handOff, FrontLine front) {
    if (front.clients.putIfAbsent(handOff.id(), handOff) != null) {
      throw new IllegalArgumentException("id " + handOff.id() + " twice");
    }
    try {
      workers.execute(() -> sink.accept(handOff));
      counts.handedOff.increment();
    } catch (RejectedExecutionException e) {
      handOff.decline(); // It has crossed DRAIN.
    }
  }

  private static void closeAll(List<FileDescriptor> descriptors) throws IOException {
    for (FileDescriptor descriptor : descriptors) {
      DescriptorSockets.close(descriptor);
    }
  }

  @Override
  public boolean ended(String memo, int status, long written, long body) {
    return fronts.report(PacketHandOff.end(memo, status, written, body));
  }

  @Override
  public void close(Runnable late) throws IOException {
    fronts.all().forEach(front -> front.tell("DRAIN"));
    try {
      file.delete();
    } finally {
      workers.shutdown();
      try {
        if (!workers.awaitTermination(options.closeTimeout().toMillis(), TimeUnit.MILLISECONDS)) {
          late.run();
        }
        closed = true;
        DescriptorSockets.shutdown(socket, true, true);
        fronts.all().forEach(FrontLine::shutdownReading);
        threads.shutdown();
        threads.awaitTermination(2 * SLICE_MILLIS, TimeUnit.MILLISECONDS);
        DescriptorSockets.close(socket);
        farewell.close();
      } catch (InterruptedException e) {
        late.run();
        Thread.currentThread().interrupt();
      }
    }
  }
}
