package org.sluice.files.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32C;
import org.sluice.api.file.ResolvedPath;
import org.sluice.api.http.FileFacts;
import org.sluice.api.http.Headers;

/**
 * Makes entries of files. Blocks.
 *
 * <p>What describes a file and what is sent of it must be one state of it: the state is read before
 * and after the content, and a difference is a {@link ChangedException}, upon which the caller
 * begins again.
 */
final class Loader {
  /**
   * Times of files advance in steps of the kernel's clock tick (10 ms at most): within a step a
   * second change cannot be seen, so an entry made so soon after a change is not trusted later.
   */
  private static final long STEP_MILLIS = 20;

  private static final Variant[] NONE = {};

  private final FilesView view;
  private final Root root;

  Loader(FilesView view, Root root) {
    this.view = view;
    this.root = root;
  }

  /**
   * The entry of a file; the former one if nothing has changed.
   *
   * @param key under which it is kept
   */
  Entry load(ResolvedPath found, String key) throws IOException {
    Stamp stamp = Stamp.of(found.path());
    List<ResolvedPath> siblings = new ArrayList<>(2);
    List<Stamp> stamps = new ArrayList<>(2);
    if (view.precompressed) {
      sibling(found, stamp, ".br", siblings, stamps);
      sibling(found, stamp, ".gz", siblings, stamps);
    }
    Entry former = root.entries().get(key);
    if (former != null && former.isSettled() && same(former, found.path(), stamp, stamps)) {
      former.confirm();
      return former;
    }
    Entry fresh = make(found.path(), stamp, siblings, stamps);
    root.entries().put(key, fresh);
    return fresh;
  }

  /** Adds the compressed sibling, if it is there and not older than the file. */
  private void sibling(
      ResolvedPath found, Stamp of, String suffix, List<ResolvedPath> to, List<Stamp> stamps)
      throws IOException {
    ResolvedPath sibling = root.resolver().resolve(found.name() + suffix);
    if (sibling.isFile() && sibling.pathInfo().isEmpty()) {
      Stamp stamp = Stamp.of(sibling.path());
      if (stamp.modified().to(TimeUnit.SECONDS) >= of.modified().to(TimeUnit.SECONDS)) {
        to.add(sibling);
        stamps.add(stamp);
      }
    }
  }

  private static boolean same(Entry former, Path path, Stamp stamp, List<Stamp> siblings) {
    Variant plain = former.plain();
    if (!plain.stamp().equals(stamp)
        || !plain.path().equals(path)
        || former.encoded().length != siblings.size()) {
      return false;
    }
    for (int i = 0; i < siblings.size(); i++) {
      if (!former.encoded()[i].stamp().equals(siblings.get(i))) {
        return false;
      }
    }
    return true;
  }

  private Entry make(Path path, Stamp stamp, List<ResolvedPath> siblings, List<Stamp> stamps)
      throws IOException {
    String known = view.types.of(path.getFileName().toString());
    boolean vary = !siblings.isEmpty();
    boolean settled = isSettled(stamp);
    Variant plain = variant(path, stamp, null, known, vary, stamp);
    Variant[] encoded = siblings.isEmpty() ? NONE : new Variant[siblings.size()];
    for (int i = 0; i < encoded.length; i++) {
      Path file = siblings.get(i).path();
      String coding = file.toString().endsWith(".br") ? "br" : "gzip";
      encoded[i] = variant(file, stamps.get(i), coding, known, true, stamp);
      settled &= isSettled(stamps.get(i));
    }
    FileFacts facts =
        new FileFacts(
            path,
            stamp.size(),
            stamp.modified().toInstant(),
            known,
            (stamp.mode() & 0100) != 0,
            (stamp.mode() & 0010) != 0);
    return new Entry(facts, plain, encoded, settled);
  }

  private static boolean isSettled(Stamp stamp) {
    long now = System.currentTimeMillis();
    return now - stamp.changed().toMillis() > STEP_MILLIS
        && now - stamp.modified().toMillis() > STEP_MILLIS;
  }

  private Variant variant(
      Path path, Stamp stamp, String coding, String type, boolean vary, Stamp original)
      throws IOException {
    byte[] content = stamp.size() <= view.memory ? content(path, stamp) : null;
    String tag = tag(stamp, coding, content);
    Headers.Builder kept = Headers.builder().add("ETag", tag);
    if (!view.cacheControl.isEmpty()) {
      kept.add("Cache-Control", view.cacheControl);
    }
    if (vary) {
      kept.add("Vary", "Accept-Encoding");
    }
    Headers notModified = kept.build();
    String shown = type != null ? withCharset(type) : view.unknownType;
    Headers.Builder all = Headers.builder();
    if (shown != null) {
      all.add("Content-Type", shown);
    }
    if (coding != null) {
      all.add("Content-Encoding", coding);
    }
    all.add("Last-Modified", HttpDate.format(original.seconds())).add("Accept-Ranges", "bytes");
    return new Variant(
        path, stamp, coding, tag, all.addAll(notModified).build(), notModified, content);
  }

  private String withCharset(String type) {
    boolean text = type.startsWith("text/") && type.indexOf(';') < 0;
    return text && !view.charset.isEmpty() ? type + "; charset=" + view.charset : type;
  }

  /**
   * A strong tag: length and time of modification, and a sum of the content where that is at hand,
   * for changes that keep both.
   */
  private static String tag(Stamp stamp, String coding, byte[] content) {
    StringBuilder tag = new StringBuilder("\"");
    tag.append(Long.toHexString(stamp.size())).append('-');
    tag.append(Long.toHexString(stamp.modified().to(TimeUnit.NANOSECONDS)));
    if (content != null) {
      CRC32C sum = new CRC32C();
      sum.update(content, 0, content.length);
      tag.append('-').append(Long.toHexString(sum.getValue()));
    }
    if (coding != null) {
      tag.append('-').append(coding);
    }
    return tag.append('"').toString();
  }

  private static byte[] content(Path path, Stamp stamp) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate((int) stamp.size());
    try (FileChannel channel =
        FileChannel.open(path, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
      while (buffer.hasRemaining()) {
        if (channel.read(buffer) < 0) {
          throw new ChangedException();
        }
      }
    }
    if (!Stamp.of(path).equals(stamp)) {
      throw new ChangedException();
    }
    return buffer.array();
  }
}
