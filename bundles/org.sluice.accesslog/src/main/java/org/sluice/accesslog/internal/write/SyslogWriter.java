package org.sluice.accesslog.internal.write;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
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

  private static InetSocketAddress udp(String address) {
    int colon = address.lastIndexOf(':');
    String host = colon <= UDP.length() ? "" : address.substring(UDP.length(), colon);
    String port = address.substring(colon + 1);
    if (host.isEmpty() || !port.matches("[0-9]{1,5}") || Integer.parseInt(port) > 65_535) {
      throw new IllegalArgumentException(
          "syslog.address: after udp: come host and port, for example udp:127.0.0.1:514");
    }
    boolean bracketed = host.startsWith("[") && host.endsWith("]");
    return new InetSocketAddress(
        bracketed ? host.substring(1, host.length() - 1) : host, Integer.parseInt(port));
  }

  @Override
  public LogSink open(LogTarget target) throws IOException {
    Syslog syslog = Syslog.of(target.settings());
    String address = address(target);
    if (address.startsWith(UDP)) {
      return new Messages(syslog, new UdpPort(udp(address)), UdpPort.MOST);
    }
    Path socket = target.base().resolve(address.substring(UNIX.length()));
    return new Messages(syslog, LocalPort.open(socket), LocalPort.MOST);
  }

  /** Where messages go. */
  interface Port extends AutoCloseable {
    /** Sends one message; may block. */
    void send(byte[] message) throws IOException;

    @Override
    void close() throws IOException;
  }

  /** A message per line. */
  private record Messages(Syslog syslog, Port port, int most) implements LogSink {
    @Override
    public void write(ByteBuffer lines) throws IOException {
      while (lines.hasRemaining()) {
        int end = lines.position();
        while (lines.get(end) != '\n') {
          end++;
        }
        int offset = lines.arrayOffset() + lines.position();
        port.send(syslog.message(lines.array(), offset, end - lines.position(), most));
        lines.position(end + 1);
      }
    }

    @Override
    public void interrupt() {
      try {
        port.close();
      } catch (IOException e) {
        // It was to end, and has.
      }
    }

    @Override
    public void close() throws IOException {
      port.close();
    }
  }
}
