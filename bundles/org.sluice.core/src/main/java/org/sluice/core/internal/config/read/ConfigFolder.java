package org.sluice.core.internal.config.read;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** The folder {@code etc/}: reads all its files as one set. */
public final class ConfigFolder {
  private final Path folder;

  /** The folder at a path; it may not exist. */
  public ConfigFolder(Path folder) {
    this.folder = folder;
  }

  /**
   * Reads every file that belongs to the configuration, in the order of their names.
   *
   * @return null if the folder itself cannot be listed, which is not the same as an empty one
   */
  public List<CfgFile> read(CfgReader reader, Problems problems) {
    List<String> names = names(problems);
    if (names == null) {
      return null;
    }
    List<CfgFile> files = new ArrayList<>();
    for (String name : names) {
      CfgFile file = read(FileName.parse(name), reader, problems);
      if (file != null) {
        files.add(file);
      }
    }
    return files;
  }

  private CfgFile read(FileName name, CfgReader reader, Problems problems) {
    Path path = folder.resolve(name.file());
    try {
      PosixFileAttributes facts = Files.readAttributes(path, PosixFileAttributes.class);
      if (!facts.isRegularFile()) {
        // To open a pipe would wait for its writer, and a device may never end.
        String what = facts.isDirectory() ? "a folder" : "a pipe, socket or device";
        return CfgReader.unreadable(name, "this is " + what + ", not a file");
      }
      if (facts.permissions().contains(PosixFilePermission.OTHERS_WRITE)) {
        problems.warning(
            name.display(), 0, "may be written by everybody; take that away (chmod o-w)");
      }
      if (facts.size() > CfgReader.MAX_BYTES) {
        return CfgReader.unreadable(name, "a configuration file is at most 1m long");
      }
      return reader.read(name, Files.readAllBytes(path));
    } catch (NoSuchFileException gone) {
      // Deleted since the folder was listed: gone. A link to nowhere is not gone.
      return Files.isSymbolicLink(path)
          ? CfgReader.unreadable(name, "the link leads to no file")
          : null;
    } catch (IOException e) {
      return CfgReader.unreadable(name, "cannot be read: " + Substitution.reason(e));
    }
  }

  private List<String> names(Problems problems) {
    List<String> names = new ArrayList<>();
    try (DirectoryStream<Path> list = Files.newDirectoryStream(folder)) {
      for (Path path : list) {
        String name = path.getFileName().toString();
        if (FileName.isRead(name)) {
          names.add(name);
        }
      }
    } catch (NoSuchFileException e) {
      problems.error(FileName.FOLDER, 0, "the folder does not exist");
      return null;
    } catch (NotDirectoryException e) {
      problems.error(FileName.FOLDER, 0, "this is a file, not a folder");
      return null;
    } catch (IOException e) {
      problems.error(FileName.FOLDER, 0, "cannot be listed: " + Substitution.reason(e));
      return null;
    }
    Collections.sort(names);
    return names;
  }

  /**
   * A text that differs whenever a file came, went or was written (name, size, time of change and
   * inode of each).
   */
  public String signature() {
    List<String> names = names(new Problems());
    if (names == null) {
      return "";
    }
    StringBuilder out = new StringBuilder();
    for (String name : names) {
      out.append(name);
      try {
        BasicFileAttributes a =
            Files.readAttributes(folder.resolve(name), BasicFileAttributes.class);
        out.append(' ').append(a.size()).append(' ').append(a.lastModifiedTime());
        out.append(' ').append(a.fileKey());
      } catch (IOException unreadable) {
        out.append(" unreadable");
      }
      out.append('\n');
    }
    return out.toString();
  }
}
