package org.sluice.shell.internal;

import java.io.IOException;
import java.nio.channels.Channel;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Limits how long a client may keep its thread waiting: the channels of local sockets have no
 * time-outs, so a blocking operation that takes too long is ended by closing its channel.
 */
final class Watch {
  private static final Logger LOG = LoggerFactory.getLogger(Watch.class);

  /** A blocking operation. */
  interface Operation<T> {
    T run() throws IOException;
  }

  private final Channel channel;
  private final ScheduledExecutorService clock;

  Watch(Channel channel, ScheduledExecutorService clock) {
    this.channel = channel;
    this.clock = clock;
  }

  /** Runs the operation; it fails when the channel had to be closed. */
  <T> T within(Duration limit, Operation<T> operation) throws IOException {
    Future<?> alarm;
    try {
      alarm = clock.schedule(this::expire, limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      // The shell is going away, and this is its last client, see ShellServer#deactivate.
      return operation.run();
    }
    try {
      return operation.run();
    } finally {
      alarm.cancel(false);
    }
  }

  private void expire() {
    LOG.debug("a shell client kept its thread waiting for too long");
    try {
      channel.close();
    } catch (IOException e) {
      LOG.debug("it could not be closed", e);
    }
  }
}
