package org.sluice.receiver;

import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.osgi.annotation.versioning.ProviderType;

/**
 * How a {@link Receiver} works. Immutable: each setter returns a changed copy, and refuses a value
 * out of its range with an {@link IllegalArgumentException} that names the range.
 */
@ProviderType
public final class ReceiverOptions {
  private static final Duration HOUR = Duration.ofHours(1);

  private Set<PosixFilePermission> mode = PosixFilePermissions.fromString("rw-------");
  private String dialect = "classic";
  private String name = "receiver";
  private int threads = 64;
  private int capacity;
  private int backlog = 1024;
  private Duration messageTimeout = Duration.ofSeconds(5);
  private Duration stallTimeout = Duration.ofSeconds(60);
  private Duration finishTimeout = Duration.ofSeconds(2);
  private int finishDiscard = 256 * 1024;
  private Duration closeTimeout = Duration.ofSeconds(10);

  private ReceiverOptions() {}

  private ReceiverOptions(ReceiverOptions other) {
    mode = other.mode;
    dialect = other.dialect;
    name = other.name;
    threads = other.threads;
    capacity = other.capacity;
    backlog = other.backlog;
    messageTimeout = other.messageTimeout;
    stallTimeout = other.stallTimeout;
    finishTimeout = other.finishTimeout;
    finishDiscard = other.finishDiscard;
    closeTimeout = other.closeTimeout;
  }

  /**
   * The options to start from.
   *
   * @return all defaults
   */
  public static ReceiverOptions defaults() {
    return new ReceiverOptions();
  }

  /**
   * How the front writes hand-offs: what its route says.
   *
   * @return default {@code classic}
   */
  public String dialect() {
    return dialect;
  }

  /**
   * Sets the dialect.
   *
   * @param dialect {@code classic}, {@code scgi}, {@code json} or {@code sluice}
   * @return a changed copy
   */
  public ReceiverOptions dialect(String dialect) {
    if (!List.of("classic", "scgi", "json", "sluice").contains(dialect)) {
      throw new IllegalArgumentException(
          "dialect=" + dialect + " is not allowed: classic, scgi, json or sluice");
    }
    ReceiverOptions copy = new ReceiverOptions(this);
    copy.dialect = dialect;
    return copy;
  }

  /**
   * The name that the front shows, in the dialect {@code sluice}.
   *
   * @return default {@code receiver}
   */
  public String name() {
    return name;
  }

  /**
   * Sets the name.
   *
   * @param name 1 to 255 characters of visible ASCII
   * @return a changed copy
   */
  public ReceiverOptions name(String name) {
    if (!name.matches("[!-~]{1,255}")) {
      throw new IllegalArgumentException(
          "name=" + name + " is not allowed: 1 to 255 characters of visible ASCII");
    }
    ReceiverOptions copy = new ReceiverOptions(this);
    copy.name = name;
    return copy;
  }

  /**
   * The mode of the socket file; who may write to it may hand sockets over.
   *
   * @return never null; default {@code rw-------}
   */
  public Set<PosixFilePermission> mode() {
    return mode;
  }

  /**
   * Sets the mode of the socket file, whatever the umask.
   *
   * @param permissions nine characters such as {@code rw-rw----}
   * @return a changed copy
   */
  public ReceiverOptions mode(String permissions) {
    ReceiverOptions copy = new ReceiverOptions(this);
    copy.mode = Set.copyOf(PosixFilePermissions.fromString(permissions));
    return copy;
  }

  /**
   * How many calls of the listener may run at a time. While all do, no connection is accepted: the
   * front sees a full queue and waits or takes another receiver.
   *
   * @return default 64
   */
  public int threads() {
    return threads;
  }

  /**
   * Sets how many calls of the listener may run at a time.
   *
   * @param threads 1 to 10,000
   * @return a changed copy
   */
  public ReceiverOptions threads(int threads) {
    ReceiverOptions copy = new ReceiverOptions(this);
    copy.threads = (int) within("threads", threads, 1, 10_000);
    return copy;
  }

  /**
   * How many clients this receiver takes at once: what {@code READY} announces in the dialect
   * {@code sluice}, divided among the front's connections. Leases count until they end. Given
   * clients count until the listener returns, with a {@link ReceiverSelector} until they end.
   *
   * @return default: as {@link #threads()}
   */
  public int capacity() {
    return capacity == 0 ? threads : capacity;
  }

  /**
   * Sets how many clients this receiver takes at once; more than {@link #threads()} where the
   * application answers in threads of its own, or with a {@link ReceiverSelector}.
   *
   * @param clients 1 to 1,000,000
   * @return a changed copy
   */
  public ReceiverOptions capacity(int clients) {
    ReceiverOptions copy = new ReceiverOptions(this);
    copy.capacity = (int) within("capacity", clients, 1, 1_000_000);
    return copy;
  }

  /**
   * How many connections of the front may wait to be accepted; the kernel caps it at {@code
   * net.core.somaxconn}.
   *
   * @return default 1024
   */
  public int backlog() {
    return backlog;
  }

  /**
   * Sets how many connections of the front may wait to be accepted.
   *
   * @param backlog 1 to 65,535
   * @return a changed copy
   */
  public ReceiverOptions backlog(int backlog) {
    ReceiverOptions copy = new ReceiverOptions(this);
    copy.backlog = (int) within("backlog", backlog, 1, 65_535);
    return copy;
  }

  /**
   * How long the front may take from connecting to its message.
   *
   * @return default 5 s
   */
  public Duration messageTimeout() {
    return messageTimeout;
  }

  /**
   * Sets how long the front may take from connecting to its message.
   *
   * @param timeout 1 ms to 1 h
   * @return a changed copy
   */
  public ReceiverOptions messageTimeout(Duration timeout) {
    ReceiverOptions copy = new ReceiverOptions(this);
    copy.messageTimeout = within("messageTimeout", timeout, Duration.ofMillis(1), HOUR);
    return copy;
  }

  /**
   * How long a read or a write may wait for the client without a single byte.
   *
   * @return default 60 s; zero: without limit
   */
  public Duration stallTimeout() {
    return stallTimeout;
  }

  /**
   * Sets how long a read or a write may wait for the client without a single byte.
   *
   * @param timeout up to 24 h; zero: without limit
   * @return a changed copy
   */
  public ReceiverOptions stallTimeout(Duration timeout) {
    ReceiverOptions copy = new ReceiverOptions(this);
    copy.stallTimeout = within("stallTimeout", timeout, Duration.ZERO, Duration.ofHours(24));
    return copy;
  }

  /**
   * How long a finished connection waits for the client to close its side.
   *
   * @return default 2 s
   */
  public Duration finishTimeout() {
    return finishTimeout;
  }

  /**
   * Sets how long a finished connection waits for the client to close its side.
   *
   * @param timeout up to 1 h; zero: not at all
   * @return a changed copy
   */
  public ReceiverOptions finishTimeout(Duration timeout) {
    ReceiverOptions copy = new ReceiverOptions(this);
    copy.finishTimeout = within("finishTimeout", timeout, Duration.ZERO, HOUR);
    return copy;
  }

  /**
   * How many bytes of the client are discarded after {@link HandedSocket#finish}.
   *
   * @return bytes; default 262,144
   */
  public int finishDiscard() {
    return finishDiscard;
  }

  /**
   * Sets how many bytes of the client are discarded after {@link HandedSocket#finish}.
   *
   * @param bytes from 0
   * @return a changed copy
   */
  public ReceiverOptions finishDiscard(int bytes) {
    ReceiverOptions copy = new ReceiverOptions(this);
    copy.finishDiscard = (int) within("finishDiscard", bytes, 0, Integer.MAX_VALUE);
    return copy;
  }

  /**
   * How long {@link Receiver#close} waits for calls of the listener to return.
   *
   * @return default 10 s
   */
  public Duration closeTimeout() {
    return closeTimeout;
  }

  /**
   * Sets how long {@link Receiver#close} waits for calls of the listener to return.
   *
   * @param timeout up to 1 h; zero: not at all
   * @return a changed copy
   */
  public ReceiverOptions closeTimeout(Duration timeout) {
    ReceiverOptions copy = new ReceiverOptions(this);
    copy.closeTimeout = within("closeTimeout", timeout, Duration.ZERO, HOUR);
    return copy;
  }

  private static long within(String name, long value, long least, long most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          name + "=" + value + " is not allowed: " + least + " to " + most);
    }
    return value;
  }

  private static Duration within(String name, Duration value, Duration least, Duration most) {
    within(name + " (ms)", value.toMillis(), least.toMillis(), most.toMillis());
    return value;
  }
}
