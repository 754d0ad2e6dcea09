package org.sluice.receiver.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.sluice.receiver.HandedRequest;
import org.sluice.receiver.HandedSocket;

/** A client of the dialect {@code sluice}: acknowledged when the application takes it. */
final class PacketHandOff implements Arrival, OwnedSocket.Ending {
  /** Which place the client takes in the front's count. */
  private enum Place {
    NONE,
    LEASED,
    GIVEN
  }

  private final long id;
  private final HandedRequest request;
  private final ByteBuffer rest;
  private final OwnedSocket client;
  private final FrontLine front;
  private final FrontLines fronts;

  // Guarded by this.
  private boolean accepted;
  private boolean over;
  private Place place = Place.NONE;

  PacketHandOff(
      Map<String, Object> message,
      ByteBuffer rest,
      OwnedSocket client,
      FrontLine front,
      FrontLines fronts) {
    this.id = (Long) message.get("id");
    this.request = request(message);
    this.rest = rest;
    this.client = client;
    this.front = front;
    this.fronts = fronts;
  }

  long id() {
    return id;
  }

  /** Reads the front's object; throws a RuntimeException for what it must not be. */
  @SuppressWarnings("unchecked") // Every cast fails loudly in the caller's boundary.
  private static HandedRequest request(Map<String, Object> message) {
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
      if (accepted) {
        return client;
      }
      if (over) {
        throw new ClosedChannelException();
      }
      // Before the first byte is read or written, as the dialect asks. A front that cannot hear it
      // gives the client to somebody else.
      if (!front.acknowledge(id, request.lease())) {
        over = true;
        client.drop();
        throw new ClosedChannelException();
      }
      accepted = true;
      place = request.lease() ? Place.LEASED : Place.GIVEN;
    }
    client.lent(this, request, rest.duplicate());
    client.own();
    client.atRelease(this::released);
    return client;
  }

  @Override
  public OwnedSocket client() {
    return client;
  }

  @Override
  public synchronized boolean isAccepted() {
    return accepted;
  }

  /** The front may ask somebody else. */
  @Override
  public void decline() {
    pass("declined");
  }

  private void pass(String reason) {
    synchronized (this) {
      if (over || accepted) {
        return;
      }
      over = true;
    }
    // Our copy is gone before anybody else has one.
    client.drop();
    front.clients.remove(id);
    front.tell("PASS " + id + " " + reason);
  }

  /** Given clients count while the application's call lasts; leases until they end. */
  @Override
  public void over() {
    synchronized (this) {
      over = true;
    }
    leave(false);
  }

  private void released() {
    front.clients.remove(id);
    leave(true);
  }

  private void leave(boolean leasesToo) {
    Place left;
    synchronized (this) {
      if (place == Place.LEASED && !leasesToo) {
        return;
      }
      left = place;
      place = Place.NONE;
    }
    if (left != Place.NONE) {
      front.left(left == Place.LEASED);
    }
  }

  private void kept() {
    synchronized (this) {
      if (place != Place.LEASED) {
        return;
      }
      place = Place.GIVEN;
    }
    front.kept();
  }

  @Override
  public void back(int status, long written, long body, long read, boolean keep) {
    String end = keep ? " keep" : " close";
    if (!front.tell("DONE " + id + " " + status + " " + written + " " + body + " " + read + end)) {
      // The lease had become ours without a word.
      ended(status, written, body);
    }
  }

  @Override
  public void taken() {
    front.tell("TAKE " + id);
    kept();
  }

  @Override
  public void ended(int status, long written, long body) {
    if (request.memo() != null) {
      fronts.report(end(request.memo(), status, written, body));
    }
  }

  static String end(String memo, int status, long written, long body) {
    return "END " + memo + " " + status + " " + written + " " + body;
  }

  /** The front has reset the client. */
  void gone() {
    synchronized (this) {
      over = true;
    }
    client.gone();
  }

  /** The front has closed its copy, or is gone: a client that is not acknowledged is not ours. */
  void yours() {
    synchronized (this) {
      if (!accepted) {
        over = true;
        client.drop();
        return;
      }
    }
    client.yours();
    kept();
  }
}
