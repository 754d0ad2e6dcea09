package org.sluice.receiver.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import org.sluice.receiver.HandedSocket;

/** A client of a dialect that knows no acknowledgement. */
final class ClassicHandOff implements Arrival {
  private final String dialect;
  private final ByteBuffer message;
  private final OwnedSocket client;
  private volatile boolean accepted;
  private volatile boolean over;

  ClassicHandOff(String dialect, ByteBuffer message, OwnedSocket client) {
    this.dialect = dialect;
    this.message = message;
    this.client = client;
  }

  @Override
  public String dialect() {
    return dialect;
  }

  @Override
  public ByteBuffer message() {
    return message.duplicate();
  }

  @Override
  public HandedSocket accept() throws IOException {
    if (over && !accepted) {
      throw new ClosedChannelException();
    }
    accepted = true;
    return client;
  }

  @Override
  public OwnedSocket client() {
    return client;
  }

  @Override
  public boolean isAccepted() {
    return accepted;
  }

  @Override
  public void decline() {
    over = true;
    client.abort();
  }

  @Override
  public void over() {
    over = true;
  }
}
