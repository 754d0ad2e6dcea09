package org.sluice.itests;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import org.sluice.receiver.HandOff;
import org.sluice.receiver.HandedSocket;
import org.sluice.receiver.Receiver;
import org.sluice.receiver.ReceiverOptions;

/** A receiver in this JVM that writes the same bytes to every client. */
final class TestReceiver implements AutoCloseable {
  /** A whole response, for routes with {@code flusher=raw}. */
  static final String WHOLE =
      "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\nby the receiver\n";

  /** A body, for routes whose flusher wrote the head. */
  static final String BODY = "by the receiver\n";

  private final Receiver receiver;
  private final byte[] answer;
  private final AtomicLong answered = new AtomicLong();

  private TestReceiver(Path socket, String answer) throws IOException {
    this.answer = answer.getBytes(StandardCharsets.ISO_8859_1);
    this.receiver = Receiver.open(socket, ReceiverOptions.defaults(), this::answer);
  }

  /** Listens at a path of the base. */
  static TestReceiver open(Base base, String socket, String answer) throws IOException {
    return new TestReceiver(Sockets.shortest(base.path(socket)), answer);
  }

  private void answer(HandOff handOff) throws IOException {
    try (HandedSocket client = handOff.accept()) {
      client.write(ByteBuffer.wrap(answer));
      client.finish();
      answered.incrementAndGet();
    }
  }

  /** Clients handed over so far. */
  long handedOff() {
    return receiver.counts().handedOff();
  }

  /** Clients that got their answer so far. */
  long answered() {
    return answered.get();
  }

  Receiver receiver() {
    return receiver;
  }

  @Override
  public void close() throws IOException {
    receiver.close();
  }
}
