package org.sluice.receiver.internal;

import java.io.IOException;
import java.nio.channels.SelectionKey;
import org.sluice.receiver.HandOff;
import org.sluice.receiver.HandedKey;
import org.sluice.receiver.HandedSocket;

/** A client of a selector. */
final class Selected implements HandedKey {
  final Arrival arrival;
  boolean fresh = true;
  int ready;
  volatile int interest;
  private volatile Object attachment;

  Selected(Arrival arrival) {
    this.arrival = arrival;
  }

  @Override
  public HandOff handOff() {
    return arrival;
  }

  @Override
  public boolean isNew() {
    return fresh;
  }

  @Override
  public HandedSocket socket() throws IOException {
    HandedSocket socket = arrival.accept();
    arrival.client().neverWait();
    return socket;
  }

  @Override
  public HandedKey interestOps(int ops) {
    if ((ops & ~(SelectionKey.OP_READ | SelectionKey.OP_WRITE)) != 0) {
      throw new IllegalArgumentException("ops=" + ops + " is not allowed: OP_READ and OP_WRITE");
    }
    interest = ops;
    return this;
  }

  @Override
  public int readyOps() {
    return ready;
  }

  @Override
  public Object attachment() {
    return attachment;
  }

  @Override
  public HandedKey attach(Object object) {
    attachment = object;
    return this;
  }
}
