package org.sluice.fdpass.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.sluice.api.http.Attributes;
import org.sluice.api.http.HandlerException;
import org.sluice.handoff.api.ClientSocket;
import org.sluice.handoff.api.Dialect;
import org.sluice.handoff.api.Dialect.Notice;
import org.sluice.handoff.api.HandOff;
import org.sluice.handoff.api.Lease;
import org.sluice.handoff.api.Preamble;
import org.sluice.handoff.api.Report;
import org.sluice.handoff.api.RequestRest;
import org.sluice.junixsocket.Duplicate;

/**
 * A hand-off over a standing connection, with acknowledgement, as a give or a lease. Only on the
 * client's event loop; the connection may live on another one, and then gets duplicates.
 *
 * <pre>
 *   seek ── no room ── line ── turn
 *     │ room reserved, preamble sent: pass
 *   PASSED ── PASS, or the connection died ──▶ seek with the next receiver
 *     │   └── no ACK in time ──▶ reset
 *     │ ACK
 *     ├─ give ──▶ our copy is closed
 *     └─ LEASED ── DONE keep ──▶ next request     ── TAKE, YOURS ──▶ our copy is closed
 *              └── DONE close ──▶ orderly end     ── died, no DONE in time, doubt ──▶ reset
 * </pre>
 */
final class StandingPassing extends Transfer implements Consumer<String> {
  private final Search search;
  private final Lingering lingering;
  private final HandOffState front;
  private final long began = System.nanoTime();
  private ControlConnection connection;
  private boolean reserved;
  private Errand errand;
  private boolean marked;
  private int descriptor;
  private Lease lease;

  /** Bytes of pipelined requests, which stay here while the client is leased. */
  private int behind;

  private String busyReason = "";

  StandingPassing(
      Request request,
      Dialect dialect,
      Preamble preamble,
      ClientSocket client,
      Lingering lingering,
      HandOffState front,
      Hash hash) {
    super(request, dialect, preamble, client);
    this.search =
        new Search(
            pool, fd, tally, dialect.traits().socket(), hash != null, hash == null ? 0 : hash.key);
    this.lingering = lingering;
    this.front = front;
  }

  @Override
  void start() {
    var unused = client.gone().thenRun(this::gone);
    if (over) {
      return;
    }
    if (preambleIsLarge()) {
      send(this::seek);
    } else {
      seek();
    }
  }

  @Override
  Line line() {
    return search.line();
  }

  @Override
  boolean watchesClient() {
    return true;
  }

  @Override
  boolean attempt() {
    List<Receiver> busy = null;
    Receiver next;
    while (connection == null && (next = search.next(busy)) != null) {
      try {
        connection = next.controls(front).reserve(fd, dialect, lingering, began);
        reserved = true;
      } catch (ReceiverException e) {
        if (search.refused(e)) {
          busy = busy == null ? new ArrayList<>(2) : busy;
          busy.add(next);
          busyReason = e.getMessage();
        } else {
          step(next.path + " " + e.getMessage());
        }
      }
    }
    if (connection == null && busy != null) {
      return false;
    }
    leaveLine();
    if (connection == null) {
      exhausted(Step.UNAVAILABLE);
    } else if (preambleLeft) {
      pass();
    } else {
      send(this::pass);
    }
    return true;
  }

  // ---- passing

  private void pass() {
    try {
      boolean counted = client.mark();
      if (over) {
        return;
      }
      marked = counted;
      descriptor = client.descriptor();
      boolean lends = dialect.traits().leases() && fd.lease && preamble.isNone();
      boolean asLease = lends && (counted || fd.closeUncounted);
      RequestRest rest = rest();
      boolean keep = asLease && counted && rest.endKnown() && !isCutOff() && client.mayPersist();
      errand = new Errand(connection.nextId(), this, lingering.loop(), asLease, keep, fd);
      // For leases too: one becomes a give when this front dies, and nobody could set it then.
      KeepAlive.set(client, fd.keepAliveSeconds, !asLease);
      ByteBuffer packet = message(handOff(asLease, rest));
      if (packet.remaining() > dialect.longestPacket()) {
        spill(packet);
      } else {
        send(packet);
      }
    } catch (HandlerException e) {
      errand = null;
      fail(Step.REFUSED, e);
    } catch (IllegalStateException e) {
      errand = null;
      clientGone("the client left before its socket was passed");
    }
  }

  private ByteBuffer message(HandOff handOff) throws HandlerException {
    try {
      return dialect.message(handOff);
    } catch (RuntimeException e) {
      throw dialectFailed(e);
    }
  }

  private HandOff handOff(boolean asLease, RequestRest rest) {
    ByteBuffer unread = unread();
    if (asLease) {
      behind = unread.remaining() - rest.unread();
      unread.limit(unread.position() + rest.unread());
    }
    long nanos = asLease ? fd.leaseNanos : fd.ackNanos;
    return new PassedHandOff(
        exchange,
        options,
        asLease ? HandOff.Mode.LEASE : HandOff.Mode.GIVE,
        errand.id,
        unread,
        errand.keep,
        Duration.ofNanos(nanos),
        rest,
        client.sent(),
        appendix,
        front.memos().of(exchange, connection.name(), tally.dialect),
        (String) exchange.attribute(Attributes.TRACEPARENT));
  }

  private void send(ByteBuffer packet) {
    if (connection.loop == lingering.loop()) {
      try {
        reserved = false;
        connection.send(errand, packet, descriptor);
        passed();
      } catch (ReceiverException e) {
        errand = null;
        notPassed(e);
      }
      return;
    }
    try {
      Duplicate duplicate = new Duplicate(descriptor);
      reserved = false;
      new Detour(this, connection, errand).elsewhere(packet, duplicate);
    } catch (IOException e) {
      noDescriptor(e);
    }
  }

  private void noDescriptor(IOException e) {
    errand = null;
    notPassed(
        ReceiverException.shortage("no descriptor to pass the client with: " + e.getMessage()));
  }

  /** The connection has sent it, or could not. */
  void sent(Errand what, ReceiverException refusal) {
    if (refusal == null) {
      if (over && what == errand) {
        // The client left while its descriptor was on its way to the other loop.
        connection.onLoop(() -> connection.forget(what, Notice.GONE));
      } else {
        passed();
      }
      return;
    }
    if (!over && what == errand) {
      errand = null;
      notPassed(refusal);
    }
  }

  /** A packet that is too long goes through a file, which is written off the loop. */
  private void spill(ByteBuffer packet) {
    step("the packet has " + packet.remaining() + " bytes and goes through a file");
    try {
      new Detour(this, connection, errand).throughFile(packet, exchange.workers());
    } catch (RejectedExecutionException e) {
      fail(
          Step.REFUSED,
          new HandlerException(503, "fd-spill", "no thread to write the packet's file", e, 1));
    }
  }

  /** The packet's file could not be written. */
  void notSpilled(IOException e) {
    if (over) {
      return;
    }
    if (String.valueOf(e.getMessage()).endsWith("Too many open files")) {
      noDescriptor(e);
      return;
    }
    errand = null;
    String text = "the packet is too long and its file cannot be written: " + e.getMessage();
    fail(Step.REFUSED, new HandlerException(500, "fd-spill", text, e));
  }

  /** The packet's file is written, and this hand-off's to close. */
  void spilled(Detour detour, ByteBuffer packet, Spill spill) {
    if (over) {
      spill.close();
      return;
    }
    try {
      // The client may have reset meanwhile; then this throws.
      Duplicate duplicate = new Duplicate(client.descriptor());
      reserved = false;
      detour.send(packet, duplicate, spill);
    } catch (IOException e) {
      spill.close();
      noDescriptor(e);
    } catch (IllegalStateException e) {
      spill.close();
      errand = null;
      clientGone("the client left before its socket was passed");
    }
  }

  private void passed() {
    if (client.started()) {
      lingering.passed(this);
    }
    if (isTraced()) {
      step(
          "passed to "
              + search.receiver().path
              + " as "
              + (errand == null ? "-" : (errand.lease ? "lease " : "give ") + errand.id));
    }
  }

  /** Nobody but us holds the client. */
  private void notPassed(ReceiverException e) {
    if (reserved) {
      reserved = false;
      connection.unreserve();
    }
    connection = null;
    if (over) {
      return;
    }
    step(e.getMessage());
    if (search.refused(e)) {
      queueAgain(e);
    } else {
      seek();
    }
  }

  // ---- what the connection tells; each at most once, and nothing after the end

  /** {@code ACK}. */
  void acknowledged() {
    if (over) {
      return;
    }
    if (isTraced()) {
      step("acknowledged");
    }
    if (errand.lease) {
      if (leased() && connection.givesLeases()) {
        giveLease();
      }
    } else {
      over = true;
      search.receiver().controls(front).acknowledgedOne();
      settled(Step.GIVEN, receiverName());
      quietly(client::give);
      took();
    }
  }

  /** Makes it a lease; false if the client has left meanwhile. */
  private boolean leased() {
    if (lease != null) {
      return true;
    }
    try {
      lease = client.lease();
      exchange.whenPluginLeaves(this::pluginLeaves);
      search.receiver().controls(front).acknowledgedOne();
      return true;
    } catch (IllegalStateException e) {
      clientGone("the client left when its socket was leased");
      return false;
    }
  }

  /**
   * A plug-in that would wait for this leaves: a lease that ends soon may do so, others are given.
   */
  private void pluginLeaves() {
    try {
      var unused =
          lingering
              .loop()
              .schedule(() -> guarded(this::giveLease), front.graceNanos, TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException e) {
      LOG.debug("an event loop has ended, its leases with it");
    }
  }

  /** The lease becomes the receiver's, which is told. */
  private void giveLease() {
    if (over) {
      return;
    }
    ControlConnection from = connection;
    Errand mine = errand;
    yours();
    from.onLoop(() -> from.forget(mine, Notice.YOURS));
  }

  private void took() {
    Receiver receiver = search.receiver();
    receiver.took();
    if (search.reasons() != null) {
      LOG.warn(
          "{}: receiver {} took the client in place of {}",
          exchange.describeFailure(),
          receiver.path,
          search.reasons());
    }
  }

  /** {@code PASS}: it did nothing with the client, if the kernel says so too. */
  void declined(String reason, boolean beforeAck) {
    if (over) {
      return;
    }
    String text = "PASS" + (reason == null ? "" : " " + reason);
    if (!beforeAck || isTouched()) {
      doubt(text + " for a client that it had taken");
      return;
    }
    step(text);
    search.declined(text);
    another();
  }

  private boolean isTouched() {
    return marked && !client.untouched();
  }

  private void doubt(String what) {
    String name = receiverName();
    if (lease != null) {
      over = true;
      tellDoubt(what);
      settled(Step.DOUBTED, name);
      quietly(() -> lease.abort("lease doubted"));
    } else {
      resetClient(Step.DOUBTED, name, search.receiver().path + ": " + what);
    }
  }

  private void another() {
    errand = null;
    connection = null;
    seek();
  }

  /** {@code TAKE}. */
  void taken() {
    if (!over && !errand.lease) {
      // It was its own already; but now it is known to have got it.
      acknowledged();
    } else if (!over && leased()) {
      makeGift(Step.TAKEN);
      took();
    }
  }

  /** The front or its bundle stops, or the receiver broke the protocol. */
  void yours() {
    if (!over && leased()) {
      makeGift(Step.YOURS);
    }
  }

  private void makeGift(Step step) {
    over = true;
    if (behind > 0) {
      tally.add(Step.BYTES_LOST);
      LOG.debug(
          "{}: {} bytes behind the request were read before it was leased, and are lost",
          exchange.describe(),
          behind);
    }
    settled(step, receiverName());
    quietly(lease::give);
  }

  /** The same on the connection's own loop, as long as its packet is there. */
  void doneHere(Report report) {
    try {
      done(report, report.leftover());
    } catch (RuntimeException | Error e) {
      broken(e);
    }
  }

  /** {@code DONE}. */
  void done(Report report, ByteBuffer leftover) {
    if (over) {
      return;
    }
    if (!errand.lease) {
      // A receiver that does not look at the mode: what it was given is its own.
      acknowledged();
      return;
    }
    if (!leased()) {
      return;
    }
    over = true;
    describe(Step.LEASED, receiverName());
    lease.onDoubt(this);
    // A receiver that was told that the connection ends here cannot make it live on.
    boolean keep = report.keep() && errand.keep;
    Lease.Ending ending = keep ? lease.resume(report.lease(), leftover) : lease.end(report.lease());
    switch (ending) {
      case DOUBTED -> {
        count(Step.DOUBTED);
        search.receiver().failed("said of a lease what the kernel did not count");
      }
      // Also when the client has left meanwhile: the receiver was done with it, and the log says
      // so.
      default -> {
        count(Step.LEASED);
        took();
      }
    }
  }

  /** What the receiver says of the lease is not what the kernel counted. */
  @Override
  public void accept(String doubt) {
    describe(Step.DOUBTED, receiverName());
    tellDoubt(doubt);
  }

  private void tellDoubt(String what) {
    LOG.warn(
        "{}: handoff-doubted {}: {}: the client is reset",
        exchange.describeFailure(),
        search.receiver().path,
        what);
  }

  /** The connection is over. */
  void lost(String reason, boolean wasAcknowledged) {
    if (over) {
      return;
    }
    Receiver receiver = search.receiver();
    if (wasAcknowledged || lease != null) {
      over = true;
      String name = receiverName();
      LOG.warn(
          "{}: handoff-lost receiver {} {} with a lease, of which {} bytes were written: the client"
              + " is reset",
          exchange.describeFailure(),
          receiver.path,
          reason,
          lease == null ? -1 : lease.written());
      settled(Step.LOST, name);
      quietly(() -> lease.abort("the receiver died with the lease"));
    } else if (isTouched()) {
      doubt(reason + ", and had used a client that it had not acknowledged");
    } else {
      step(reason);
      search.refused(ReceiverException.lost(reason + " before it acknowledged the client"));
      another();
    }
  }

  /** The time is over; the receiver has been told. */
  void overdue(boolean wasAcknowledged) {
    if (over) {
      return;
    }
    String name = receiverName();
    if (!wasAcknowledged) {
      String text = search.receiver().path + " did not acknowledge the client in time";
      resetClient(Step.STALLED, name, text);
      return;
    }
    over = true;
    LOG.warn(
        "{}: handoff-overdue receiver {} did not end its lease in handoff.lease-timeout={}ms: the"
            + " client is reset",
        exchange.describeFailure(),
        name,
        TimeUnit.NANOSECONDS.toMillis(fd.leaseNanos));
    settled(Step.OVERDUE, name);
    quietly(() -> lease.abort("the lease took too long"));
  }

  private static void quietly(Runnable ending) {
    try {
      ending.run();
    } catch (IllegalStateException e) {
      LOG.debug("an exchange had ended when its hand-off did", e);
    }
  }

  private String receiverName() {
    String name = connection == null ? null : connection.name();
    return name == null ? search.receiver().path : name;
  }

  // ---- the client, and the end

  /** The client has reset the connection, or the engine has ended the exchange. */
  private void gone() {
    if (over) {
      return;
    }
    if (lease == null) {
      clientGone("the client left before its receiver had acknowledged it");
      return;
    }
    over = true;
    release();
    settled(Step.CLIENT_GONE, receiverName());
    quietly(() -> lease.abort("client-left"));
  }

  @Override
  void broken(Throwable e) {
    if (over) {
      LOG.error("{}: the hand-off failed after its end", exchange.describeFailure(), e);
    } else if (lease != null) {
      over = true;
      release();
      LOG.error("{}: fd-failed the lease failed: {}", exchange.describeFailure(), e, e);
      settled(Step.ABORTED, receiverName());
      quietly(() -> lease.abort("the lease failed"));
    } else if (errand != null) {
      // A receiver may hold the client.
      LOG.debug("{}", exchange.describe(), e);
      resetClient(Step.ABORTED, receiverName(), "the hand-off failed: " + e);
    } else {
      super.broken(e);
    }
  }

  /** The receiver is told that the client is gone, if it has got it. */
  @Override
  void release() {
    ControlConnection from = connection;
    Errand mine = errand;
    if (from == null) {
      return;
    }
    if (reserved) {
      reserved = false;
      from.unreserve();
    } else if (mine != null) {
      from.onLoop(() -> from.forget(mine, Notice.GONE));
    }
  }

  @Override
  Lingering lingering() {
    return lingering;
  }

  @Override
  long patience() {
    return fd.queueNanos;
  }

  @Override
  String patienceKey() {
    return "handoff.queue-timeout=" + TimeUnit.NANOSECONDS.toMillis(fd.queueNanos) + "ms";
  }

  @Override
  String busyReason() {
    Receiver receiver = search.receiver();
    return receiver == null ? "the target" : receiver.path + " " + busyReason;
  }

  @Override
  String reasons() {
    return search.reasons();
  }

  @Override
  void note(String subject, String reason) {
    search.note(subject, reason);
  }
}
