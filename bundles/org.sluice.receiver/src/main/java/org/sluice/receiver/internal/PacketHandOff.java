package org.sluice.receiver.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.sluice.receiver.HandOff;
import org.sluice.receiver.HandedRequest;
import org.sluice.receiver.HandedSocket;

/** A client of the dialect {@code sluice}: acknowledged when the application takes it. */
final class PacketHandOff implements HandOff {
  final long id;
  private final HandedRequest request;
  private final ByteBuffer rest;
  private final OwnedSocket client;
  private final FrontLine front;
  private boolean accepted;
  private boolean over;

  PacketHandOff(
      long id, HandedRequest request, ByteBuffer rest, OwnedSocket client, FrontLine front) {
    this.id = id;
    this.request = request;
    this.rest = rest;
    this.client = client;
    this.front = front;
  }

  /** Reads the front's object; throws {@link IllegalArgumentException} for what it must not be. */
  @SuppressWarnings("unchecked") // Every cast fails loudly in the caller's boundary.
  static HandedRequest request(Map<String, Object> message) {
    Map<String, Object> request = (Map<String, Object>) message.get("request");
    Map<String, Object> body = (Map<String, Object>) message.get("body");
    return new HandedRequest(
        (String) request.get("method"),
        (String) request.get("target"),
        (String) request.get("version"),
        pairs((List<Object>) request.get("headers")),
        (String) body.get("framing"),
        (Long) body.get("left"),
        Boolean.TRUE.equals(message.get("keep")),
        "lease".equals(message.get("mode")),
        pairs((List<Object>) message.getOrDefault("respond", List.of())),
        (String) message.get("data"),
        (String) message.get("memo"),
        message);
  }

  private static List<Map.Entry<String, String>> pairs(List<Object> fields) {
    List<Map.Entry<String, String>> pairs = new ArrayList<>();
    for (Object field : fields) {
      List<?> pair = (List<?>) field;
      pairs.add(Map.entry((String) pair.get(0), (String) pair.get(1)));
    }
    return List.copyOf(pairs);
  }

  @Override
  public String dialect() {
    return "sluice";
  }

  @Override
  public ByteBuffer message() {
    return rest.asReadOnlyBuffer();
  }

  @Override
  public HandedRequest request() {
    return request;
  }

  @Override
  public HandedSocket accept() throws IOException {
    synchronized (this) {
      if (over) {
        throw new ClosedChannelException();
      }
      if (accepted) {
        return client;
      }
      accepted = true;
    }
    // Before the first byte is read or written, as the dialect asks.
    front.tell("ACK " + id);
    client.lent(
        new OwnedSocket.Ending() {
          @Override
          public void back(int status, long written, long body, long read, boolean keep) {
            front.tell(
                "DONE "
                    + id
                    + " "
                    + status
                    + " "
                    + written
                    + " "
                    + body
                    + " "
                    + read
                    + (keep ? " keep" : " close"));
          }

          @Override
          public void taken() {
            front.tell("TAKE " + id);
          }

          @Override
          public void ended(int status, long written, long body) {
            if (request.memo() != null) {
              front.tell("END " + request.memo() + " " + status + " " + written + " " + body);
            }
          }
        },
        request.lease(),
        rest.duplicate());
    return client;
  }

  synchronized boolean isAccepted() {
    return accepted;
  }

  /** The listener did not take it: the front may ask somebody else. */
  void decline() {
    synchronized (this) {
      over = true;
    }
    client.drop();
    front.tell("PASS " + id + " declined");
  }

  /** The front has reset the client, or gave its own copy up. */
  void notice(boolean gone) {
    if (gone) {
      client.abort();
    } else {
      client.yours();
    }
  }

  void abort() {
    client.abort();
  }
}
