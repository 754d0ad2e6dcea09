package org.sluice.accesslog.internal.write;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;

/** Messages as datagrams (RFC 5426): nobody knows whether they arrive. */
final class UdpPort implements SyslogWriter.Port {
  /** What a datagram carries over IPv4. */
  static final int MOST = 65_507;

  private final DatagramChannel channel;

  /** The name is resolved now; each time that a way there is looked for. */
  UdpPort(InetSocketAddress unresolved) throws IOException {
    InetSocketAddress to = new InetSocketAddress(unresolved.getHostString(), unresolved.getPort());
    if (to.isUnresolved()) {
      throw new IOException("syslog.address: no such host: " + to.getHostString());
    }
    channel = DatagramChannel.open();
    try {
      channel.connect(to);
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  @Override
  public void send(byte[] message) throws IOException {
    try {
      channel.write(ByteBuffer.wrap(message));
    } catch (PortUnreachableException e) {
      // Tells about an earlier one; this one has not left.
      channel.write(ByteBuffer.wrap(message));
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
