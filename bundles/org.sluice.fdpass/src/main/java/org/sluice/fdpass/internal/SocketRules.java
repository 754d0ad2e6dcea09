package org.sluice.fdpass.internal;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;

/**
 * Whether a socket file is one that only allowed users can have put there: whoever listens on it
 * gets clients. The credentials of the peer are checked at each connection too; these rules also
 * name the mistakes that {@code connect(2)} would report as a mere refusal.
 */
final class SocketRules {
  private static final int TYPE = 0170000;
  private static final int SOCKET = 0140000;
  private static final int LINK = 0120000;
  private static final int STICKY = 01000;
  private static final int OTHERS_WRITE = 0002;
  private static final LinkOption[] FOLLOW = {};

  private SocketRules() {}

  /**
   * Throws with the reason if the file must not be used. Reads the file system, nothing else.
   *
   * @return the file's identity: device, number and time
   */
  static Object check(String socket, Users users, boolean links) throws ReceiverException {
    Path path = Path.of(socket);
    try {
      Map<String, Object> file = attributes(path, NOFOLLOW_LINKS);
      if ((mode(file) & TYPE) == LINK) {
        if (!links) {
          throw ReceiverException.down("is a symbolic link, and handoff.links is off");
        }
        path = path.toRealPath();
        file = attributes(path, NOFOLLOW_LINKS);
      }
      checkSocket(file, users);
      checkFolders(path.toAbsolutePath().getParent().toRealPath(), users);
      return identity(file);
    } catch (NoSuchFileException e) {
      throw ReceiverException.absent("no such file");
    } catch (AccessDeniedException e) {
      throw ReceiverException.down("permission denied");
    } catch (IOException e) {
      throw ReceiverException.down("cannot be examined: " + e);
    }
  }

  /** The identity alone; null if it cannot be had. */
  static Object identity(String socket) {
    try {
      return identity(attributes(Path.of(socket), FOLLOW));
    } catch (IOException e) {
      return null;
    }
  }

  private static Object identity(Map<String, Object> file) {
    // Numbers are used again at once; the time tells a new file from the one before it.
    return file.get("dev") + ":" + file.get("ino") + ":" + file.get("lastModifiedTime");
  }

  private static void checkSocket(Map<String, Object> file, Users users) throws ReceiverException {
    if ((mode(file) & TYPE) != SOCKET) {
      throw ReceiverException.down("is not a socket");
    }
    if (!users.allows(uid(file))) {
      throw ReceiverException.down(
          "belongs to user " + uid(file) + "; handoff.allow-users allows " + users);
    }
  }

  /**
   * The folder itself must not be writable by others, the ones above it not without the sticky bit:
   * who can rename a part of the path can put a listener of his own there.
   */
  private static void checkFolders(Path folder, Users users) throws IOException, ReceiverException {
    Map<String, Object> own = attributes(folder, FOLLOW);
    if ((mode(own) & OTHERS_WRITE) != 0) {
      throw ReceiverException.down("its folder is writable by others: " + folder);
    }
    if (!users.allows(uid(own)) && uid(own) != Users.ownUid()) {
      throw ReceiverException.down(
          "its folder belongs to user " + uid(own) + "; handoff.allow-users allows " + users);
    }
    for (Path up = folder.getParent(); up != null; up = up.getParent()) {
      int mode = mode(attributes(up, FOLLOW));
      if ((mode & OTHERS_WRITE) != 0 && (mode & STICKY) == 0) {
        throw ReceiverException.down("a folder above it is writable by others: " + up);
      }
    }
  }

  private static Map<String, Object> attributes(Path path, LinkOption... how) throws IOException {
    return Files.readAttributes(path, "unix:mode,uid,ino,dev,lastModifiedTime", how);
  }

  private static int mode(Map<String, Object> file) {
    return (Integer) file.get("mode");
  }

  private static int uid(Map<String, Object> file) {
    return (Integer) file.get("uid");
  }
}
