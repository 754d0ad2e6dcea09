package org.sluice.accesslog.internal.write;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Path;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.propertytypes.ServiceRanking;
import org.sluice.log.api.LogSink;
import org.sluice.log.api.LogTarget;
import org.sluice.log.api.LogWriter;
import org.sluice.log.api.SluiceLogWriter;

/** Writer {@code syslog}: a message of RFC 5424 per line, over a local socket or UDP. */
@Component(service = LogWriter.class)
@SluiceLogWriter("syslog")
@ServiceRanking(-100)
public final class SyslogWriter implements LogWriter {
  private static final String UNIX = "unix:";
  private static final String UDP = "udp:";

  @Override
  public void check(LogTarget target) {
    if (!target.file().isEmpty()) {
      throw new IllegalArgumentException(
          "file: the writer syslog writes no file; syslog.address says where it writes");
    }
    Syslog.of(target.settings());
    address(target);
  }

  private static String address(LogTarget target) {
    String address = target.settings().getOrDefault("syslog.address", "");
    address = address.isEmpty() ? "unix:/dev/log" : address;
    if (address.startsWith(UDP)) {
      udp(address);
    } else if (!address.startsWith(UNIX) || address.length() == UNIX.length()) {
      throw new IllegalArgumentException("syslog.address: allowed are unix:PATH and udp:HOST:PORT");
    }
    return address;
  }

  /** Not resolved yet: a configuration is judged without asking a name service. */
  private static InetSocketAddress udp(String address) {
    int colon = address.lastIndexOf(':');
    String host = colon <= UDP.length() ? "" : address.substring(UDP.length(), colon);
    String port = address.substring(colon + 1);
    int number = port.matches("[0-9]{1,5}") ? Integer.parseInt(port) : 0;
    if (host.isEmpty() || number < 1 || number > 65_535) {
      throw new IllegalArgumentException(
          "syslog.address: after udp: come host and port, for example udp:127.0.0.1:514");
    }
    boolean bracketed = host.startsWith("[") && host.endsWith("]");
    return InetSocketAddress.createUnresolved(
        bracketed ? host.substring(1, host.length() - 1) : host, number);
  }

  @Override
  public LogSink open(LogTarget target) throws IOException {
    Syslog syslog = Syslog.of(target.settings());
    String address = address(target);
    if (address.startsWith(UDP)) {
      InetSocketAddress to = udp(address);
      return new Messages(syslog, UdpPort.MOST, () -> new UdpPort(to));
    }
    Path socket = target.base().resolve(address.substring(UNIX.length()));
    return new Messages(syslog, LocalPort.MOST, () -> LocalPort.open(socket));
  }

  /** Where messages go. */
  interface Port extends AutoCloseable {
    /** Sends one message; may block. */
    void send(byte[] message) throws IOException;

    @Override
    void close() throws IOException;
  }

  /** How to get there. */
  private interface Way {
    Port open() throws IOException;
  }

  /** A message per line. A daemon that was started anew is looked for before that is a failure. */
  private static final class Messages implements LogSink {
    private final Syslog syslog;
    private final int most;
    private final Way way;
    private volatile Port port;
    private volatile boolean closed;

    Messages(Syslog syslog, int most, Way way) throws IOException {
      this.syslog = syslog;
      this.most = most;
      this.way = way;
      this.port = way.open();
    }

    @Override
    public void write(ByteBuffer lines) throws IOException {
      while (lines.hasRemaining()) {
        int end = lines.position();
        while (lines.get(end) != '\n') {
          end++;
        }
        int offset = lines.arrayOffset() + lines.position();
        send(syslog.message(lines.array(), offset, end - lines.position(), most));
        lines.position(end + 1);
      }
    }

    private void send(byte[] message) throws IOException {
      if (port != null) {
        try {
          port.send(message);
          return;
        } catch (IOException e) {
          disconnect();
        }
      }
      port = way.open();
      try {
        if (closed) {
          throw new ClosedChannelException();
        }
        port.send(message);
      } catch (IOException e) {
        disconnect();
        throw e;
      }
    }

    private void disconnect() {
      closeQuietly();
      port = null;
    }

    private void closeQuietly() {
      Port open = port;
      try {
        if (open != null) {
          open.close();
        }
      } catch (IOException e) {
        // It was to end, and has.
      }
    }

    @Override
    public void interrupt() {
      closed = true;
      closeQuietly();
    }

    @Override
    public void close() {
      disconnect();
    }
  }
}
