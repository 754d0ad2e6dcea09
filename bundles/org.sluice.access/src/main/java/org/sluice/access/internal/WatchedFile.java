package org.sluice.access.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sluice.api.http.HandlerException;

/**
 * A file that is looked at again when its last look is more than a second old, before it is used: a
 * user who was removed is not let in by an old state. What cannot be used leaves the last good
 * state in place.
 *
 * @param <T> what the file means
 */
final class WatchedFile<T> {
  private static final Logger LOG = LoggerFactory.getLogger(WatchedFile.class);
  private static final long VALID = TimeUnit.SECONDS.toNanos(1);
  private static final long MAX_SIZE = 16L << 20;

  /** Within this time after a change another one need not show in the file's times. */
  private static final long UNSURE_MILLIS = 2_000;

  private final Path path;
  private final Parser<T> parser;
  private volatile State<T> state;
  private volatile long looked;
  private Set<String> said = Set.of();

  /** What makes a file mean something. */
  interface Parser<T> {
    T parse(FileText text) throws BadFileException;
  }

  /** A good state. */
  private record State<T>(T value, Object key, long size, FileTime modified, long readMillis) {
    boolean isOf(BasicFileAttributes now) {
      return size == now.size()
          && modified.equals(now.lastModifiedTime())
          && Objects.equals(key, now.fileKey())
          && readMillis - modified.toMillis() > UNSURE_MILLIS;
    }
  }

  WatchedFile(Path path, Parser<T> parser) {
    this.path = path;
    this.parser = parser;
  }

  /** The state if it was looked at a moment ago, else null. Never blocks. */
  T fresh() {
    State<T> now = state;
    return now != null && System.nanoTime() - looked < VALID ? now.value : null;
  }

  /**
   * The state after a look at the file. Blocks.
   *
   * @throws HandlerException 500 if there never was a good one
   */
  synchronized T current() throws HandlerException {
    T fresh = fresh();
    if (fresh != null) {
      return fresh;
    }
    Set<String> messages = new HashSet<>();
    String problem = null;
    try {
      look(messages);
    } catch (NoSuchFileException e) {
      problem = path + ": there is no such file";
    } catch (IOException e) {
      problem = path + ": it cannot be read: " + e.getMessage();
    } catch (BadFileException e) {
      problem = e.getMessage();
    }
    looked = System.nanoTime();
    if (problem == null) {
      say(messages);
      return state.value;
    }
    if (state == null) {
      throw new HandlerException(500, "auth-file", problem);
    }
    say(Set.of(problem + "; the last good state stays in use"));
    return state.value;
  }

  private void look(Set<String> messages) throws IOException, BadFileException {
    BasicFileAttributes now = Files.readAttributes(path, BasicFileAttributes.class);
    if (state != null && state.isOf(now)) {
      messages.addAll(said);
      return;
    }
    if (!now.isRegularFile() || now.size() > MAX_SIZE) {
      throw new BadFileException(path + ": it is no file of at most 16 MiB");
    }
    long read = System.currentTimeMillis();
    FileText text = new FileText(path.toString(), Files.readAllBytes(path), messages::add);
    T value = parser.parse(text);
    if (state != null && !now.lastModifiedTime().equals(state.modified)) {
      LOG.info("{} was read again", path);
    }
    state = new State<>(value, now.fileKey(), now.size(), now.lastModifiedTime(), read);
  }

  /** Each message once, not every second. */
  private void say(Set<String> messages) {
    for (String message : messages) {
      if (!said.contains(message)) {
        LOG.warn("{}", message);
      }
    }
    said = Set.copyOf(messages);
  }
}
