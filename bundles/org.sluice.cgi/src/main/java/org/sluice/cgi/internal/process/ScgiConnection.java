package org.sluice.cgi.internal.process;

import io.netty.channel.ChannelException;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.sluice.api.http.Body;
import org.sluice.cgi.internal.Answering;

/**
 * One request to an SCGI server, on a connection of its own: head and body are written as the
 * server takes them, what it answers is read meanwhile. Used on the loop.
 */
public final class ScgiConnection implements Answering {
  private final ProgramLoop loop;
  private final Program.Watcher watcher;
  private final Consumer<String> unreachable;
  private final Runnable end;
  private final Deadlines deadlines;
  private Socket socket;
  private Pipe pipe;
  private InputPump input;
  private boolean connecting;
  private boolean over;

  /**
   * A connection that does not exist yet.
   *
   * @param unreachable told why there is no connection, at most once, instead of any other word
   * @param end called once when it does not exist any more
   */
  public ScgiConnection(
      ProgramLoop loop,
      ProgramLimits limits,
      Program.Watcher watcher,
      Consumer<String> unreachable,
      Runnable end) {
    this.loop = loop;
    this.watcher = watcher;
    this.unreachable = unreachable;
    this.end = end;
    this.deadlines = new Deadlines(loop, limits, new Limited());
  }

  /**
   * Connects and begins.
   *
   * @param head what is sent first
   * @param body what is sent behind it, owned from here on
   */
  public void start(SocketAddress address, byte[] head, Body body) {
    try {
      connect(address);
      pipe = new Pipe(loop, socket, this::ready);
      input = new InputPump(loop, body, ByteBuffer.wrap(head), pipe, new Input());
      pipe.watchBoth();
    } catch (IOException | ChannelException e) {
      body.close();
      notReached(e);
      return;
    }
    deadlines.wanted();
    deadlines.arm();
    if (!connecting) {
      ready();
    }
  }

  private void notReached(Exception cause) {
    terminate();
    String text = String.valueOf(cause.getMessage());
    // The native library writes "finishConnect(..) failed with error(-111): Connection refused".
    int system = text.indexOf("): ");
    unreachable.accept("no connection: " + (system < 0 ? text : text.substring(system + 3)));
  }

  private void connect(SocketAddress address) throws IOException {
    if (address instanceof InetSocketAddress inet && inet.isUnresolved()) {
      throw new IOException("the host name " + inet.getHostString() + " is unknown");
    }
    socket =
        address instanceof DomainSocketAddress
            ? Socket.newSocketDomain()
            : Socket.newSocketStream();
    connecting = !socket.connect(address);
  }

  private void ready() {
    if (over) {
      return;
    }
    if (connecting) {
      try {
        connecting = !socket.finishConnect();
      } catch (IOException e) {
        notReached(e);
        return;
      }
      if (connecting) {
        return;
      }
    }
    input.run();
    if (!over) {
      watcher.readable();
    }
  }

  @Override
  public byte[] read() throws IOException {
    if (over) {
      return null;
    }
    if (connecting) {
      return new byte[0];
    }
    byte[] bytes = pipe.read();
    if (bytes == null) {
      terminate();
    } else if (bytes.length > 0) {
      deadlines.served();
    } else {
      deadlines.wanted();
    }
    return bytes;
  }

  @Override
  public void terminate() {
    if (over) {
      return;
    }
    over = true;
    deadlines.end();
    if (input != null) {
      input.end();
    }
    if (pipe != null) {
      pipe.end();
    } else if (socket != null) {
      try {
        socket.close();
      } catch (IOException e) {
        // Nothing was sent.
      }
    }
    end.run();
  }

  @Override
  public long started() {
    return deadlines.started();
  }

  @Override
  public int pid() {
    return 0;
  }

  private final class Limited implements Deadlines.Limited {
    @Override
    public boolean isOver() {
      return over;
    }

    @Override
    public boolean waitsForClient() {
      return input.waitsForClient();
    }

    @Override
    public void expired(boolean idle) {
      terminate();
      watcher.expired(idle);
    }
  }

  private final class Input implements InputPump.Watcher {
    @Override
    public void progress() {
      deadlines.progress();
    }

    @Override
    public void failed(Throwable cause) {
      if (!over) {
        terminate();
        watcher.inputFailed(cause);
      }
    }

    @Override
    public void refused() {
      watcher.inputRefused();
    }
  }
}
