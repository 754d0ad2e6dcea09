package org.sluice.receiver.internal;

import java.io.Closeable;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SelectionKey;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.newsclub.net.unix.DescriptorSockets;
import org.newsclub.net.unix.DescriptorSockets.ControlTruncatedException;
import org.sluice.receiver.HandOffListener;
import org.sluice.receiver.HandedRequest;
import org.sluice.receiver.ReceiverCounts;
import org.sluice.receiver.ReceiverOptions;

/**
 * Receives clients in the dialect {@code sluice}: one thread for each connection of the front,
 * which are few and stand, and a pool that calls the listener.
 */
public final class PacketReceiver implements Closeable {
  private static final int LONGEST = 65_536;
  private static final int LONGEST_SPILL = 16 << 20;
  private static final int SLICE_MILLIS = 1_000;

  private final Path path;
  private final ReceiverOptions options;
  private final HandOffListener listener;
  private final FileDescriptor socket;
  private final SocketFile file;
  private final Counts counts = new Counts();
  private final ExecutorService threads;
  private final ExecutorService workers;
  private final Farewell farewell;
  private final Set<FrontLine> fronts = ConcurrentHashMap.newKeySet();
  private final Set<PacketHandOff> running = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  private PacketReceiver(
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
    this.farewell = new Farewell(name + " farewell", options);
    this.threads = Executors.newCachedThreadPool(task -> new Thread(task, name + " front"));
    this.workers =
        Executors.newFixedThreadPool(options.threads(), task -> new Thread(task, name + " client"));
  }

  /** Starts to listen; see {@link org.sluice.receiver.Receiver#open}. */
  public static PacketReceiver open(Path path, ReceiverOptions options, HandOffListener listener)
      throws IOException {
    FileDescriptor socket = DescriptorSockets.openPackets();
    try {
      SocketFile file = SocketFile.listen(socket, path, options);
      PacketReceiver receiver = new PacketReceiver(path, options, listener, socket, file);
      receiver.threads.execute(receiver::accept);
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
    while (!closed) {
      try {
        FileDescriptor connection = DescriptorSockets.accept(socket);
        threads.execute(() -> serve(connection));
      } catch (IOException e) {
        if (!closed) {
          Log.warn("Receiver " + path + " cannot accept", e);
          pause();
        }
      }
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
    FrontLine front = new FrontLine(connection);
    fronts.add(front);
    Map<Long, PacketHandOff> clients = new ConcurrentHashMap<>();
    front.tell("READY " + options.name() + " " + options.threads() + " 0");
    ByteBuffer packet = ByteBuffer.allocateDirect(LONGEST + 1);
    try {
      while (!closed && connection.valid()) {
        if (DescriptorSockets.poll(connection, SelectionKey.OP_READ, SLICE_MILLIS)
            && !packet(connection, front, packet.clear(), clients)) {
          break;
        }
      }
    } catch (IOException | RuntimeException e) {
      Log.debug("A front's connection to " + path + " ended", e);
    } finally {
      fronts.remove(front);
      front.close();
      // A connection that is lost means YOURS for what was acknowledged.
      clients.values().forEach(client -> client.notice(false));
    }
  }

  /** False at the end of the connection. */
  private boolean packet(
      FileDescriptor connection,
      FrontLine front,
      ByteBuffer packet,
      Map<Long, PacketHandOff> clients)
      throws IOException {
    List<FileDescriptor> descriptors = new ArrayList<>(2);
    int n;
    try {
      n = DescriptorSockets.receive(connection, packet, descriptors);
    } catch (ControlTruncatedException e) {
      counts.truncated.increment();
      packet.flip();
      long id = idOf(packet);
      front.tell("PASS " + id + " nofd");
      return true;
    }
    if (n <= 0) {
      return false;
    }
    packet.flip();
    if (descriptors.isEmpty()) {
      notice(StandardCharsets.US_ASCII.decode(packet).toString().strip(), clients);
      return true;
    }
    byte[] bytes = new byte[packet.remaining()];
    packet.get(bytes);
    client(bytes, descriptors, front, clients);
    return true;
  }

  private static long idOf(ByteBuffer packet) {
    String text = StandardCharsets.UTF_8.decode(packet).toString();
    int lf = text.indexOf('\n');
    try {
      Object id = JsonText.object(lf < 0 ? text : text.substring(0, lf)).get("id");
      return id instanceof Long number ? number : 0;
    } catch (IllegalArgumentException e) {
      return 0;
    }
  }

  private static void notice(String line, Map<Long, PacketHandOff> clients) {
    String[] words = line.split(" ");
    if (words.length >= 2 && words[1].matches("[0-9]{1,18}")) {
      PacketHandOff client = clients.remove(Long.parseLong(words[1]));
      if (client != null && (words[0].equals("GONE") || words[0].equals("YOURS"))) {
        client.notice(words[0].equals("GONE"));
      }
    }
  }

  private void client(
      byte[] bytes,
      List<FileDescriptor> descriptors,
      FrontLine front,
      Map<Long, PacketHandOff> clients)
      throws IOException {
    byte[] whole = bytes;
    Map<String, Object> message = head(whole);
    if (message.get("spill") instanceof Long length && descriptors.size() == 2) {
      whole = spilled(descriptors.get(1), length);
      message = head(whole);
    }
    for (int i = 1; i < descriptors.size(); i++) {
      DescriptorSockets.close(descriptors.get(i));
    }
    long id = (Long) message.get("id");
    HandedRequest request = PacketHandOff.request(message);
    int from = lineEnd(whole) + 1;
    ByteBuffer rest = ByteBuffer.wrap(whole, from, whole.length - from).slice();
    OwnedSocket client =
        new OwnedSocket(descriptors.get(0), farewell, options.stallTimeout().toMillis());
    PacketHandOff handOff = new PacketHandOff(id, request, rest, client, front);
    clients.put(id, handOff);
    counts.handedOff.increment();
    workers.execute(
        () -> {
          call(handOff);
          if (!client.isOpen()) {
            clients.remove(id);
          }
        });
  }

  private static Map<String, Object> head(byte[] packet) {
    return JsonText.object(new String(packet, 0, lineEnd(packet), StandardCharsets.UTF_8));
  }

  private static int lineEnd(byte[] packet) {
    for (int i = 0; i < packet.length; i++) {
      if (packet[i] == '\n') {
        return i;
      }
    }
    throw new IllegalArgumentException("a packet without LF");
  }

  private static byte[] spilled(FileDescriptor file, long length) throws IOException {
    if (length < 0 || length > LONGEST_SPILL) {
      throw new IOException("a spilled packet of " + length + " bytes");
    }
    ByteBuffer whole = ByteBuffer.allocate((int) length);
    // Not closed: the stream does not own the number, whoever received it closes it.
    FileChannel channel = new FileInputStream(file).getChannel();
    while (whole.hasRemaining() && channel.read(whole, whole.position()) >= 0) {
      // Until it is whole.
    }
    if (whole.hasRemaining()) {
      throw new IOException("a spilled packet is shorter than " + length + " bytes");
    }
    return whole.array();
  }

  /** The call boundary: whatever the application throws costs its own client only. */
  private void call(PacketHandOff handOff) {
    running.add(handOff);
    boolean served = false;
    try {
      listener.handedOff(handOff);
      served = true;
    } catch (IOException e) {
      Log.debug("The listener of " + path + " gave a client up", e);
    } catch (Throwable e) {
      Log.warn("The listener of " + path + " failed", e);
    } finally {
      running.remove(handOff);
      if (!handOff.isAccepted()) {
        counts.failed.increment();
        handOff.decline();
      } else if (!served) {
        counts.failed.increment();
        handOff.abort();
      }
    }
  }

  @Override
  public void close() throws IOException {
    closed = true;
    fronts.forEach(front -> front.tell("DRAIN"));
    try {
      file.delete();
    } finally {
      DescriptorSockets.shutdown(socket, true, true);
      workers.shutdown();
      try {
        if (!workers.awaitTermination(options.closeTimeout().toMillis(), TimeUnit.MILLISECONDS)) {
          running.forEach(PacketHandOff::abort);
        }
        threads.shutdown();
        threads.awaitTermination(2 * SLICE_MILLIS, TimeUnit.MILLISECONDS);
        DescriptorSockets.close(socket);
        farewell.close();
      } catch (InterruptedException e) {
        running.forEach(PacketHandOff::abort);
        Thread.currentThread().interrupt();
      }
    }
  }
}
