package org.sluice.server.internal;

import io.netty.channel.epoll.Epoll;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sluice.api.engine.Dispatcher;
import org.sluice.api.engine.Engine;
import org.sluice.api.engine.Listener;
import org.sluice.api.engine.ListenerSpec;
import org.sluice.api.http.Headers;

/** HTTP/1.1 on Netty's epoll transport, with one event loop per core. */
@Component(immediate = true, service = Engine.class)
public final class NettyEngine implements Engine {
  private static final Logger LOG = LoggerFactory.getLogger(NettyEngine.class);
  private static final int STOP_SECONDS = 2;
  private static final int FREE_PORT_TRIES = 5;

  private final Loops loops;
  private final boolean shared;
  private final DescriptorReserve reserve;
  private final Set<HttpListener> listeners = ConcurrentHashMap.newKeySet();

  /**
   * Starts the event loops.
   *
   * @throws IllegalStateException if this machine has no epoll transport; the message says why
   */
  @Activate
  public NettyEngine() {
    this(Runtime.getRuntime().availableProcessors(), false);
  }

  /**
   * An engine with that many loops.
   *
   * @param shared a listening socket per loop (SO_REUSEPORT) instead of one for all
   */
  NettyEngine(int loopCount, boolean shared) {
    this(loopCount, shared, DescriptorReserve::new);
  }

  /** An engine for tests, with a reserve of its own that is made with the count of clients. */
  NettyEngine(int loopCount, boolean shared, Function<IntSupplier, DescriptorReserve> reserve) {
    if (!Epoll.isAvailable()) {
      throw new IllegalStateException(
          "Sluice needs Linux with epoll, and Netty's native epoll library for this machine ("
              + System.getProperty("os.name")
              + " "
              + System.getProperty("os.arch")
              + "): install the fragment io.netty.transport-native-epoll of its architecture",
          Epoll.unavailabilityCause());
    }
    this.loops = new Loops(loopCount);
    this.shared = shared;
    this.reserve = reserve.apply(this::clients);
  }

  /** All connections, of all listeners. */
  private int clients() {
    return loops.all().stream().mapToInt(Loop::load).sum();
  }

  @Override
  public Listener listen(ListenerSpec spec, Dispatcher dispatcher) throws IOException {
    InetSocketAddress address = spec.address();
    boolean any = address.isUnresolved() && address.getHostString().equals(ListenerSpec.ANY);
    if (address.isUnresolved() && !any) {
      throw new IOException("cannot listen on " + address.getHostString() + ": unknown host");
    }
    HttpListener listener = new HttpListener(loops, reserve, spec, dispatcher, listeners::remove);
    List<Acceptor> acceptors = new ArrayList<>();
    try {
      InetSocketAddress bound =
          any
              ? bindAny(listener, spec, acceptors)
              : bind(listener, spec, spec.address(), acceptors);
      listener.opened(bound, List.copyOf(acceptors));
    } catch (IOException e) {
      acceptors.forEach(Acceptor::close);
      throw e;
    }
    listeners.add(listener);
    acceptors.forEach(Acceptor::open);
    reserve.warnOfLimit();
    LOG.info("listening on {}", listener.address());
    return listener;
  }

  /**
   * All addresses of both families, by a socket for each: with one for both, receivers would see
   * IPv4 peers as IPv6 ones. On a machine without IPv6 the other serves alone.
   */
  private InetSocketAddress bindAny(
      HttpListener listener, ListenerSpec spec, List<Acceptor> acceptors) throws IOException {
    int port = spec.address().getPort();
    for (int left = FREE_PORT_TRIES; ; left--) {
      InetSocketAddress four = bind(listener, spec, any(new byte[4], port), acceptors);
      try {
        if (Socket.isIPv6Preferred()) {
          bind(listener, spec, any(new byte[16], four.getPort()), acceptors);
        }
        return four;
      } catch (IOException e) {
        // A port that is free for the one family may be taken in the other.
        if (port != 0 || left == 0) {
          throw e;
        }
        acceptors.forEach(Acceptor::close);
        acceptors.clear();
      }
    }
  }

  private static InetSocketAddress any(byte[] zeros, int port) throws IOException {
    return new InetSocketAddress(InetAddress.getByAddress(zeros), port);
  }

  private InetSocketAddress bind(
      HttpListener listener, ListenerSpec spec, InetSocketAddress wanted, List<Acceptor> acceptors)
      throws IOException {
    boolean each = shared || spec.reusePort();
    InetSocketAddress address = each ? Acceptor.probe(wanted) : wanted;
    for (int i = 0; i < (each ? loops.count() : 1); i++) {
      Loop own = each ? loops.get(i) : loops.next();
      Supplier<Loop> target = each ? () -> own : new Placement(own, loops.all(), loops::next);
      Acceptor acceptor = new Acceptor(listener, own, target, address, reserve);
      acceptors.add(acceptor);
      address = acceptor.bind(address, spec.backlog(), each);
    }
    return address;
  }

  Loops loops() {
    return loops;
  }

  @Override
  public void serverField(String value) {
    if (value != null) {
      Headers.of("Server", value);
    }
    for (Loop loop : loops.all()) {
      loop.executor().execute(() -> loop.headWriter().server(value));
    }
  }

  /** Resets what is open and ends the event loops. */
  @Deactivate
  public void deactivate() {
    listeners.forEach(HttpListener::close);
    loops.close(STOP_SECONDS);
  }
}
