package org.sluice.core.internal.config.load;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sluice.core.internal.config.read.CfgFile;
import org.sluice.core.internal.config.read.CfgReader;
import org.sluice.core.internal.config.read.FileName;

/**
 * Last good state of each file: in memory with its substituted values, on disk (over a restart) as
 * the text that was in {@code etc/}, so that secrets from elsewhere are not copied. Files are
 * replaced by renaming, and written only when they change; they are not forced to disk, because
 * after a loss of power a missing last good state costs no more than one of a first start. Used by
 * the thread that loads.
 */
public final class LastGood {
  private static final Logger LOG = LoggerFactory.getLogger(LastGood.class);
  private static final String GUARDS = "guards";

  private final Path folder;
  private final Map<String, CfgFile> files = new TreeMap<>();
  private Set<String> guards = Set.of();
  private boolean open;

  private LastGood(Path folder) {
    this.folder = folder;
    this.open = folder == null;
  }

  /** Keeps nothing: for {@code sluice check}. */
  public static LastGood none() {
    return new LastGood(null);
  }

  /** Keeps files in a folder, for example {@code run/last-good}, which is made when needed. */
  public static LastGood in(Path folder) {
    return new LastGood(folder);
  }

  boolean isKept() {
    return folder != null;
  }

  /** Reads what an earlier run left, the first time; gives the guards it knew. */
  Set<String> open(CfgReader reader) {
    if (!open) {
      open = true;
      try (DirectoryStream<Path> list = Files.newDirectoryStream(folder)) {
        for (Path path : list) {
          read(path, reader);
        }
      } catch (NoSuchFileException firstRun) {
        LOG.debug("no last good configuration in {}", folder);
      } catch (IOException e) {
        LOG.warn("last good configuration in {} cannot be read: {}", folder, e.toString());
      }
    }
    return guards;
  }

  private void read(Path path, CfgReader reader) throws IOException {
    String name = path.getFileName().toString();
    if (FileName.isRead(name)) {
      files.put(name, reader.read(FileName.parse(name), Files.readAllBytes(path)));
    } else if (name.equals(GUARDS)) {
      guards = Set.copyOf(Files.readAllLines(path, StandardCharsets.UTF_8));
    }
  }

  /** The last good state of a file, or null. */
  CfgFile get(String name) {
    return files.get(name);
  }

  /** All of them, for when {@code etc/} itself cannot be read. */
  List<CfgFile> all() {
    return List.copyOf(files.values());
  }

  /**
   * Keeps files.
   *
   * @param accepted files that are good as they are
   * @param present all files: of others the last good state is forgotten
   * @param guardKeys keys that are known to guard
   */
  void keep(List<CfgFile> accepted, Collection<CfgFile> present, Set<String> guardKeys) {
    if (folder == null) {
      return;
    }
    try {
      Files.createDirectories(
          folder,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      forget(present);
      for (CfgFile file : accepted) {
        keep(file);
      }
      if (!guards.equals(guardKeys)) {
        guards = Set.copyOf(guardKeys);
        write(GUARDS, String.join("\n", guards).getBytes(StandardCharsets.UTF_8));
      }
    } catch (IOException e) {
      LOG.warn("last good configuration cannot be kept in {}: {}", folder, e.toString());
    }
  }

  private void forget(Collection<CfgFile> present) throws IOException {
    Set<String> gone = new HashSet<>(files.keySet());
    present.forEach(file -> gone.remove(file.name().file()));
    for (String name : gone) {
      files.remove(name);
      Files.deleteIfExists(folder.resolve(name));
    }
  }

  private void keep(CfgFile file) throws IOException {
    CfgFile before = files.put(file.name().file(), file);
    if (before == null || !Arrays.equals(before.bytes(), file.bytes())) {
      write(file.name().file(), file.bytes());
    }
  }

  private void write(String name, byte[] bytes) throws IOException {
    Path target = folder.resolve(name);
    Path temporary = folder.resolve("." + name + ".new");
    Files.deleteIfExists(temporary);
    Set<StandardOpenOption> options =
        Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    try (FileChannel out =
        FileChannel.open(
            temporary,
            options,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
      ByteBuffer rest = ByteBuffer.wrap(bytes);
      while (rest.hasRemaining()) {
        out.write(rest);
      }
    }
    Files.move(
        temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
