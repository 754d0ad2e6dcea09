package org.sluice.server.internal;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sluice.api.engine.Refusal;
import org.sluice.api.http.HandlerException;
import org.sluice.api.http.Headers;

/**
 * One client's connection: the only handler of its channel. Reads one request at a time, delivers
 * it, and decides what comes after it. Used on its event loop.
 *
 * <p>Bytes behind a head stay bytes until somebody asks for the body or the exchange has ended; so
 * whoever takes the socket gets exactly those that were not consumed. While nobody asks, nothing is
 * read from the socket.
 *
 * <p>Longer than most files, so that every transition of the state stands in one place.
 */
final class HttpConnection extends ChannelInboundHandlerAdapter {
  private static final Logger LOG = LoggerFactory.getLogger(HttpConnection.class);

  /** What clients do to us is no fault of ours; a logger of its own keeps it out of the way. */
  private static final Logger PEER = LoggerFactory.getLogger("org.sluice.server.peer");

  private static final AtomicLong IDS = new AtomicLong();

  /** What the connection waits for. */
  enum State {
    /** A request, or the rest of its head. */
    HEAD,
    /** The answer of the exchange at hand, and its handler for the body. */
    EXCHANGE,
    /** The rest of a request body that nobody wanted. */
    DRAIN,
    /** The client's end of file, after ours. */
    LINGER,
    /** Whoever took the socket; nothing is read or written. */
    TAKEN,
    /** Both ends of another protocol. */
    UPGRADED,
    /** Nothing any more. */
    CLOSED
  }

  /** Place in the loop's list; kept by {@link Loop}. */
  int slot = -1;

  /** Whether the loop counts it among those that stay; kept by {@link Loop}. */
  boolean settled;

  private final HttpListener listener;
  private final Loop loop;
  private final EpollSocketChannel channel;
  private final Intake intake;
  private final Inbox inbox = new Inbox();
  private final Discard discard = new Discard();
  private final HeadReader heads = new HeadReader();
  private Outbound outbound;
  private Gate gate;
  private State state = State.HEAD;
  private Limits limits;
  private HttpTransaction current;
  private int requests;
  private long leasedBytes;
  private String id;
  private long deadline;
  private boolean readingHeads;
  private boolean inputEnded;
  private boolean lent;
  private boolean ticked;

  HttpConnection(HttpListener listener, Loop loop, EpollSocketChannel channel, Intake intake) {
    this.listener = listener;
    this.loop = loop;
    this.channel = channel;
    this.intake = intake;
    this.limits = listener.limits();
  }

  // ---- events of the channel

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    outbound = new Outbound(ctx);
  }

  @Override
  public void channelRegistered(ChannelHandlerContext ctx) {
    gate = loop.io().claim(channel.fd().intValue());
    if (gate != null) {
      gate.owner(this);
    }
    loop.add(this);
    deadline(listener.isDraining() ? 1 : limits.headerNanos());
    if (listener.isClosed()) {
      terminate("the listener was closed");
    }
  }

  /** The channel is registered: most clients have sent something by then. */
  void first() {
    if (gate != null) {
      gate.first();
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    ByteBuf bytes = (ByteBuf) message;
    switch (state) {
      case HEAD -> {
        inbox.add(bytes, loop.allocator());
        readHeads();
      }
      case EXCHANGE -> {
        inbox.add(bytes, loop.allocator());
        bodyReceived();
      }
      case DRAIN -> {
        inbox.add(bytes, loop.allocator());
        dropBody();
      }
      case UPGRADED -> {
        inbox.add(bytes, loop.allocator());
        ((RawDuplex) current.work()).received();
      }
      case LINGER -> {
        if (!discard.end(bytes)) {
          close();
        } else if (!listener.isDraining()) {
          deadline = discard.deadline(System.nanoTime());
        }
      }
      default -> {
        // Never reached while the intake is shut; the bytes are the receiver's, and now missing.
        bytes.release();
        LOG.error("read from a socket in state {}", state);
        abort("read from a socket that was taken");
      }
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    if (intake.takeRefused()) {
      // Data waits that nobody wants yet: epoll is not to tell again until somebody does.
      channel.config().setAutoRead(false);
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    if (channel.isWritable() && current != null && current.work() != null) {
      current.work().writable();
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof ChannelInputShutdownEvent) {
      inputEnded();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    left("the client has left");
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (cause instanceof IOException) {
      if (state != State.TAKEN) {
        left("the client has left: " + cause.getMessage());
      }
      return;
    }
    LOG.error("{}: state {}", channel, state, cause);
    abort("internal error");
  }

  /** Whether the socket itself, and not only an event, says that it is reset or has ended. */
  boolean isDown() {
    return SocketControl.isDown(channel);
  }

  /** Whether there is something to read that is wanted. */
  boolean hasInput() {
    try {
      return !intake.isShut() && loop.counts().probe().waiting(channel.fd().intValue()) > 0;
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * The kernel reports a reset ({@code error}), or that both directions have ended.
   *
   * @return false if the channel is to read what is left, up to the end of file
   */
  boolean hungUp(boolean error) {
    switch (state) {
      case TAKEN -> {
        if (error) {
          ((TakenSocket) current.work()).hungUp();
        } else {
          // Both directions ended in order, and whoever ended ours says more; or it was a reset, of
          // which the kernel tells one process only, and that was not us.
          deadline(Discard.NANOS);
        }
      }
      case UPGRADED -> {
        if (!error) {
          intake.open();
          return false;
        }
        left("the client has reset the connection");
      }
      case LINGER -> close();
      default -> left("the client has reset the connection");
    }
    return true;
  }

  private void inputEnded() {
    inputEnded = true;
    switch (state) {
      case EXCHANGE -> {
        if (current.body() != null) {
          current
              .body()
              .fail(new HandlerException(400, "request-body", "the request body is incomplete"));
        }
      }
      case UPGRADED -> ((RawDuplex) current.work()).ended();
      case TAKEN, CLOSED -> {}
      default -> left("the client has left");
    }
  }

  /** Called now and then: looks at the time. */
  void tick(long now) {
    if (ticked) {
      loop.settle(this);
    }
    ticked = true;
    watch();
    if (deadline != 0 && now - deadline >= 0) {
      deadline = 0;
      timedOut();
    }
    if (current != null
        && outbound.isStalled(now, Limits.nanos(current.limits().writeTimeout()), loop.counts())) {
      abort("write time-out");
    }
  }

  private void timedOut() {
    switch (state) {
      case HEAD -> {
        if (heads.hasPart(inbox)) {
          begin(heads.giveUp(new Refusal(408, "the head took too long"), loop));
        } else {
          close();
        }
      }
      case EXCHANGE ->
          current
              .body()
              .fail(new HandlerException(408, "request-body", "the request body took too long"));
      case DRAIN -> linger();
      case LINGER -> close();
      case TAKEN -> ((TakenSocket) current.work()).hungUp();
      default -> {}
    }
  }

  // ---- requests

  private void readHeads() {
    if (readingHeads) {
      return;
    }
    readingHeads = true;
    try {
      while (state == State.HEAD && !inbox.isEmpty() && nextHead()) {
        // One request after the other, in a loop: a client may send thousands in one piece.
      }
    } finally {
      readingHeads = false;
    }
  }

  /** Reads on in a head. False if it needs more input. */
  private boolean nextHead() {
    if (heads.began() == 0) {
      heads.begin(System.nanoTime());
      limits = listener.limits();
      deadline = limits.headerNanos() == 0 ? 0 : heads.began() + limits.headerNanos();
    }
    RequestHead head = heads.read(inbox, loop, limits);
    if (head == null) {
      return false;
    }
    begin(head);
    return true;
  }

  private void begin(RequestHead head) {
    state = State.EXCHANGE;
    deadline = 0;
    intake.shut();
    requests++;
    Refusal refusal = heads.refusal();
    if (refusal == null && head.chunked() && !inbox.isEmpty()) {
      refusal = BodyFraming.judge(inbox.bytes(), limits);
    }
    current = new HttpTransaction(this, head, refusal, requests, heads.began());
    heads.idle();
    listener.deliver(current);
  }

  /** The exchange has ended and the channel is open. */
  void ended(HttpTransaction transaction, boolean persist) {
    current = null;
    if (!channel.isOpen()) {
      return;
    }
    if (lent && !isOurs()) {
      return;
    }
    RequestBody body = transaction.body();
    boolean whole = body == null || body.framing().ended();
    if (persist && whole) {
      nextRequest();
    } else if (persist) {
      state = State.DRAIN;
      deadline(Discard.NANOS);
      discard.begin(body.framing());
      dropBody();
    } else if (whole
        && inbox.isEmpty()
        && transaction.refusal() == null
        && (!transaction.head().keepAlive() || inputEnded)) {
      // The client expects the end and has sent all it wanted: nothing can be cut off.
      close();
    } else {
      linger();
    }
  }

  /** A receiver that kept a copy may have written into our response: then it is the last. */
  private boolean isOurs() {
    KernelCounts counts = loop.counts();
    if (!outbound.isOurs(counts)) {
      writtenByOthers();
      return false;
    }
    expectWritten(counts.written());
    outbound.stale();
    return true;
  }

  private void writtenByOthers() {
    abort("written to by somebody who had let go of it");
  }

  private void nextRequest() {
    if (inputEnded) {
      close();
      return;
    }
    if (listener.isDraining() && inbox.isEmpty()) {
      linger();
      return;
    }
    state = State.HEAD;
    loop.settle(this);
    deadline(limits.keepAliveNanos());
    intake.small();
    openIntake();
    if (!inbox.isEmpty()) {
      readHeads();
    }
  }

  // ---- request bodies

  private void bodyReceived() {
    if (current.body() != null) {
      current.body().received();
    }
  }

  /** Somebody waits for content. */
  void wantBody(long timeoutNanos) {
    if (inputEnded) {
      inputEnded();
      return;
    }
    deadline(timeoutNanos);
    // A client that ends its side in the middle is to get an answer, not a closed channel.
    channel.config().setAllowHalfClosure(true);
    openIntake();
  }

  /** Nobody waits for content at the moment. */
  void bodyServed() {
    deadline = 0;
    intake.shut();
  }

  /** RFC 9110 section 15.2.1: the client may send the content. */
  void sendContinue() {
    writeInterim(100, Headers.empty());
  }

  void writeInterim(int status, Headers headers) {
    HeadWriter head = loop.headWriter();
    head.begin(status);
    head.fields(headers);
    head.end();
    outbound.write(
        loop.allocator().directBuffer(head.length()).writeBytes(head.array(), 0, head.length()));
    outbound.flush();
  }

  private void dropBody() {
    switch (discard.body(inbox)) {
      case WHOLE -> nextRequest();
      case MORE -> openIntake();
      case HOPELESS -> linger();
    }
  }

  // ---- ends

  /**
   * Ends in order: our FIN, then whatever the client still sends is dropped for a while. A close
   * with unread input would be a reset, which takes the answer away from the client.
   */
  void linger() {
    if (inputEnded || !SocketControl.shutdownOutput(channel)) {
      close();
      return;
    }
    state = State.LINGER;
    discard.beginEnd(inbox, System.nanoTime());
    deadline(Discard.NANOS);
    channel.config().setAllowHalfClosure(false);
    openIntake();
  }

  /** Closes the descriptor; the kernel sends what was written and FIN. */
  void close() {
    terminate("the connection was closed");
  }

  /** Resets the connection and ends the exchange at hand. */
  void abort(String reason) {
    if (current != null) {
      current.abortNow(reason);
    } else {
      SocketControl.reset(channel);
      terminate(reason);
    }
  }

  /** The client has ended the connection: what peers do is for a logger of its own. */
  private void left(String reason) {
    if (state != State.CLOSED) {
      PEER.debug("{}: {}", channel, reason);
    }
    if (state == State.HEAD && heads.hasLine()) {
      // A request that nobody waits for any more, but one that logs tell about.
      begin(heads.giveUp(new Refusal(400, "the client left within the head"), loop));
    }
    terminate(reason);
  }

  /** Frees everything and closes the channel; an exchange at hand is aborted. Once. */
  void terminate(String reason) {
    if (state == State.CLOSED) {
      return;
    }
    HttpTransaction aborted = current;
    if (aborted != null) {
      outbound.taken();
    }
    if (lent && state != State.TAKEN) {
      // A receiver may have kept a copy, and then our close alone would end nothing.
      SocketControl.shutdown(channel);
    }
    state = State.CLOSED;
    deadline = 0;
    intake.shut();
    current = null;
    inbox.clear();
    loop.remove(this);
    channel.close();
    if (gate != null) {
      gate.closed();
    }
    if (aborted != null) {
      aborted.stop(reason);
    }
    listener.connectionEnded(channel, loop);
  }

  /**
   * The listener goes: idle connections end at the next tick, others after their response. Not at
   * once, because a request may be in the kernel already, and would be lost.
   */
  void drainListener() {
    if (state == State.HEAD && heads.began() == 0) {
      deadline(1);
    }
  }

  // ---- hand-over

  /** Bytes that were read from the socket, here and by whoever held a lease. */
  long read() {
    return intake.received() + leasedBytes;
  }

  /** The socket was taken: from here on nothing is read. */
  void taken() {
    state = State.TAKEN;
    deadline = 0;
    intake.shut();
  }

  boolean isTaken() {
    return state == State.TAKEN;
  }

  /** Whether a receiver has had the socket and it came back. */
  boolean wasLent() {
    return lent;
  }

  /** Whether something of ours has not left yet. */
  boolean isSending() {
    return !outbound.isDrained();
  }

  /**
   * The socket came back untouched.
   *
   * @param passed whether somebody may have had it meanwhile
   */
  void putBack(boolean passed) {
    if (passed) {
      isShared();
    }
    state = State.EXCHANGE;
    deadline = 0;
    watch();
  }

  /** From here on somebody else may have a copy of the descriptor, for ever. */
  private void isShared() {
    lent = true;
    // The channel would close at the client's end by itself, which then need not reach the client.
    channel.config().setAllowHalfClosure(true);
  }

  /** Somebody wants to hear of a client that leaves while its socket is taken. */
  void watch() {
    if (gate != null && loop.executor().inEventLoop()) {
      gate.arm();
    }
  }

  /** A lease has ended in order; the exchange's account is closed. */
  void lingerAfterLease() {
    current = null;
    isShared();
    linger();
  }

  /**
   * A lease has ended as it should, and the connection goes on; the exchange's account is closed.
   *
   * @param leftover bytes of the next request that the receiver has read
   * @param counts what the kernel has counted since the connection was made
   * @param read what of it was read since the lease began
   */
  void resumeAfterLease(ByteBuffer leftover, KernelCounts counts, long read) {
    current = null;
    isShared();
    leasedBytes += read;
    if (gate != null) {
      gate.renew();
    }
    if (leftover.hasRemaining()) {
      inbox.add(
          loop.allocator().directBuffer(leftover.remaining()).writeBytes(leftover.duplicate()),
          loop.allocator());
    }
    expectWritten(counts.written());
    if (counts.waiting() > 0) {
      readNow();
    }
    try {
      nextRequest();
    } finally {
      outbound.stale();
    }
  }

  /** Nobody has written more than that when our next byte is written, else nothing is. */
  void expectWritten(long written) {
    outbound.expect(written, loop.counts(), this::writtenByOthers);
  }

  /**
   * Takes what the kernel has said to be there, past the channel and the next turn of the loop.
   * Only where there is something: whoever shares the socket may make it block, and then a read of
   * nothing would hold the loop.
   */
  private void readNow() {
    ByteBuf bytes = loop.allocator().directBuffer(Intake.SMALL);
    try {
      int n = SocketControl.read(channel, bytes);
      if (n > 0) {
        intake.alsoReceived(n);
        inbox.add(bytes.retain(), loop.allocator());
      }
    } catch (IOException e) {
      PEER.debug("{}: epoll will tell why", channel, e);
    } finally {
      bytes.release();
    }
  }

  /** The connection speaks another protocol from here on. */
  void upgraded() {
    state = State.UPGRADED;
    deadline = 0;
    channel.config().setAllowHalfClosure(true);
  }

  // ---- what others need

  /** Reads on: also what waited while nobody wanted it. */
  void openIntake() {
    intake.open();
    if (gate != null) {
      gate.listen();
    }
    if (!channel.config().isAutoRead()) {
      channel.config().setAutoRead(true);
    }
  }

  void shutIntake() {
    intake.shut();
  }

  /** Made when it is asked for; on the event loop. */
  String id() {
    if (id == null) {
      id = "c" + Long.toString(IDS.incrementAndGet(), 36);
    }
    return id;
  }

  boolean mayPersist(int number) {
    return number < limits.requests()
        && !inputEnded
        && !listener.isDraining()
        && (gate == null || !gate.isNoisy());
  }

  void assertLoop() {
    if (!loop.executor().inEventLoop()) {
      throw new IllegalStateException("only on the connection's event loop");
    }
  }

  boolean inputHasEnded() {
    return inputEnded;
  }

  ByteBuffer unread() {
    return inbox.copy();
  }

  Inbox inbox() {
    return inbox;
  }

  Outbound outbound() {
    return outbound;
  }

  Loop loop() {
    return loop;
  }

  EpollSocketChannel channel() {
    return channel;
  }

  Limits limits() {
    return limits;
  }

  HttpListener listener() {
    return listener;
  }

  State state() {
    return state;
  }

  private void deadline(long nanos) {
    deadline = nanos == 0 ? 0 : System.nanoTime() + nanos;
  }
}
