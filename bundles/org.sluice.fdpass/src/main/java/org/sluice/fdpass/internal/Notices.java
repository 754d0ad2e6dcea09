package org.sluice.fdpass.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import org.sluice.handoff.api.Dialect;
import org.sluice.handoff.api.Dialect.Notice;
import org.sluice.junixsocket.PacketSocket;

/**
 * What a receiver is told about clients that it has, in order, and kept while it does not read. On
 * the connection's event loop.
 */
final class Notices {
  /** Who has not read so many never will. */
  private static final int MOST = 4_096;

  private final PacketSocket socket;
  private final Dialect dialect;
  private final ArrayDeque<Told> kept = new ArrayDeque<>();

  private record Told(Notice notice, long id) {}

  Notices(PacketSocket socket, Dialect dialect) {
    this.socket = socket;
    this.dialect = dialect;
  }

  /** Whether nothing is kept. */
  boolean isEmpty() {
    return kept.isEmpty();
  }

  /** Sends, or keeps; false if too much is kept already. */
  boolean tell(Notice notice, long id) {
    if (!kept.isEmpty() || !write(notice, id)) {
      if (kept.size() >= MOST) {
        return false;
      }
      kept.add(new Told(notice, id));
    }
    return true;
  }

  /** There may be room: sends what is kept. Whether that was all. */
  boolean flush() {
    for (Told next = kept.peek(); next != null; next = kept.peek()) {
      if (!write(next.notice(), next.id())) {
        return false;
      }
      kept.remove();
    }
    return true;
  }

  private boolean write(Notice notice, long id) {
    ByteBuffer packet = dialect.notice(notice, id);
    try {
      return socket.send(packet);
    } catch (IOException e) {
      // Its end will be read, or it will be found stalled.
      return true;
    }
  }
}
