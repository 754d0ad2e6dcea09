package org.sluice.core.internal.config.load;

import java.io.IOException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.sluice.api.config.Options;
import org.sluice.core.internal.config.RouteNode;
import org.sluice.core.internal.config.SiteNode;
import org.sluice.core.internal.config.Snapshot;
import org.sluice.core.internal.config.read.Problem;

/**
 * Whether the receivers that are there can work with the routes that name them: type of the socket,
 * permission, owner of the way to it. One that is not there may come later and is no problem. A
 * simple receiver may not survive a connection without a message, so none is made where the kernel
 * tells the type; for {@code sluice check} only, because otherwise it connects.
 */
final class ReceiverProbe {
  private static final int TYPE = 0170000;
  private static final int SOCKET = 0140000;
  private static final int LINK = 0120000;
  private static final int OTHERS_WRITE = 0002;
  private static final int STICKY = 01000;

  /** Every socket of this name space, a line each; see proc_net(5). */
  private static final Path SOCKETS = Path.of("/proc/net/unix");

  private static final String LISTENING = "00010000";
  private static final String STREAM = "0001";
  private static final String DGRAM = "0002";

  private static final String ALLOW_USERS = "handoff.allow-users";

  private static final String DENIED =
      "permission denied: this user may not write to the socket or reach its folder";

  /** Dialects of the distribution by the type of their socket. */
  private static final Map<String, Boolean> STREAMS =
      Map.of("classic", true, "scgi", true, "json", false, "sluice", false);

  private ReceiverProbe() {}

  /** One problem for each receiver that is there and cannot work. */
  static List<Problem> look(Path base, Snapshot snapshot, Lines lines) {
    Set<Problem> found = new LinkedHashSet<>();
    for (SiteNode site : snapshot.sites()) {
      for (RouteNode route : site.routes()) {
        if ("fd".equals(route.scheme()) && route.unavailable() == null) {
          strangers(route, lines, found);
          for (String path : paths(base, route.target().rest())) {
            String reason = reason(base.resolve(path), route.options());
            if (reason != null) {
              found.add(
                  new Problem(
                      Problem.Severity.ERROR,
                      route.origin(),
                      lines.of(route.origin(), "target"),
                      "target",
                      route.target().toString(),
                      "the receiver " + path + " cannot work: " + reason));
            }
          }
        }
      }
    }
    return new ArrayList<>(found);
  }

  private static void strangers(RouteNode route, Lines lines, Set<Problem> found) {
    String origin = route.options().origin(ALLOW_USERS);
    String file = origin.replaceFirst(":[0-9]+$", "");
    for (String user : route.options().list(ALLOW_USERS)) {
      try {
        FileSystems.getDefault().getUserPrincipalLookupService().lookupPrincipalByName(user);
      } catch (IOException e) {
        found.add(
            new Problem(
                Problem.Severity.WARNING,
                file,
                lines.of(file, ALLOW_USERS),
                ALLOW_USERS,
                user,
                "no such user on this machine, so nobody is allowed by it"));
      }
    }
  }

  private static List<String> paths(Path base, String rest) {
    List<String> paths = new ArrayList<>();
    for (String part : rest.split(",")) {
      String path = part.strip().startsWith("//") ? part.strip().substring(2) : part.strip();
      if (!path.endsWith("/")) {
        paths.add(path);
        continue;
      }
      try (var files = Files.newDirectoryStream(base.resolve(path))) {
        for (Path file : files) {
          if ((mode(file) & TYPE) == SOCKET) {
            paths.add(path + file.getFileName());
          }
        }
      } catch (IOException e) {
        // A folder that is not there yet has no receivers.
        continue;
      }
    }
    return paths;
  }

  private static int mode(Path file) throws IOException {
    return (Integer) Files.getAttribute(file, "unix:mode", LinkOption.NOFOLLOW_LINKS);
  }

  /** Null if it is not there, or fine as far as can be seen. */
  private static String reason(Path socket, Options options) {
    if (options.text("dialect").equals("datagram")) {
      return "the dialect datagram is for listeners that look at the server name only";
    }
    if (Files.notExists(socket, LinkOption.NOFOLLOW_LINKS)) {
      return null;
    }
    try {
      int mode = mode(socket);
      boolean rules = options.flag("handoff.socket-check");
      if ((mode & TYPE) == LINK && !options.flag("handoff.links") && rules) {
        return "it is a symbolic link, and handoff.links is off";
      }
      if ((mode & TYPE) != SOCKET && (mode & TYPE) != LINK) {
        return "it is not a socket";
      }
      if (rules && !isAllowed(socket, options.list(ALLOW_USERS))) {
        return "it belongs to user "
            + Files.getOwner(socket).getName()
            + ", who is neither the front's own user nor root nor in handoff.allow-users";
      }
      Path real = socket.toRealPath();
      String folders = rules ? folders(real.getParent(), options) : null;
      return folders != null ? folders : socket(real, options.text("dialect"));
    } catch (AccessDeniedException e) {
      return DENIED;
    } catch (IOException e) {
      return "it cannot be examined: " + e;
    }
  }

  /** As the front itself looks at them before it connects. */
  private static String folders(Path folder, Options options) throws IOException {
    if ((mode(folder) & OTHERS_WRITE) != 0) {
      return "its folder is writable by others (handoff.socket-check)";
    }
    if (!isAllowed(folder, options.list(ALLOW_USERS))) {
      return "its folder belongs to user "
          + Files.getOwner(folder).getName()
          + ", who is neither the front's own user nor root nor in handoff.allow-users";
    }
    for (Path up = folder.getParent(); up != null; up = up.getParent()) {
      if ((mode(up) & (OTHERS_WRITE | STICKY)) == OTHERS_WRITE) {
        return "a folder above it is writable by others (handoff.socket-check): " + up;
      }
    }
    return null;
  }

  private static boolean isAllowed(Path socket, List<String> users) throws IOException {
    Integer uid = (Integer) Files.getAttribute(socket, "unix:uid");
    return uid == 0
        || uid.equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"))
        || users.contains(uid.toString())
        || users.contains(Files.getOwner(socket).getName());
  }

  private static String socket(Path real, String dialect) throws IOException {
    Set<String> types = types(real);
    if (types.size() != 1) {
      // Nobody listens, or not in this name space, or several look alike.
      return connect(real, dialect);
    }
    if (!Files.isWritable(real)) {
      return DENIED;
    }
    return types.contains(STREAM) ? stream(dialect) : notStream(dialect, types.contains(DGRAM));
  }

  private static String connect(Path socket, String dialect) {
    try (SocketChannel probe = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      // Non-blocking: a receiver whose queue is full is there.
      probe.configureBlocking(false);
      probe.connect(UnixDomainSocketAddress.of(socket));
      return stream(dialect);
    } catch (ConnectException e) {
      return null;
    } catch (IOException e) {
      String text = String.valueOf(e.getMessage());
      if (text.contains("Permission denied")) {
        return DENIED;
      }
      return text.contains("Protocol wrong type") ? notStream(dialect, false) : null;
    }
  }

  private static String stream(String dialect) {
    return Boolean.FALSE.equals(STREAMS.get(dialect))
        ? "it is a SOCK_STREAM socket; the dialect " + dialect + " needs SOCK_SEQPACKET"
        : null;
  }

  private static String notStream(String dialect, boolean datagram) {
    Boolean stream = STREAMS.get(dialect);
    if (Boolean.TRUE.equals(stream)) {
      return "it is no SOCK_STREAM socket; the dialect " + dialect + " needs one";
    }
    return stream != null && datagram
        ? "it is a SOCK_DGRAM socket; the dialect " + dialect + " needs SOCK_SEQPACKET"
        : null;
  }

  /** Types of the sockets that take connections or datagrams there, as far as the kernel tells. */
  private static Set<String> types(Path socket) {
    Set<String> types = new HashSet<>();
    try {
      String sockets = new String(Files.readAllBytes(SOCKETS), StandardCharsets.UTF_8);
      for (String line : sockets.split("\n")) {
        // Num RefCount Protocol Flags Type St Inode Path
        String[] words = line.strip().split(" +", 8);
        if (words.length == 8
            && (words[3].equals(LISTENING) || words[4].equals(DGRAM))
            && isBoundTo(socket, words[7])) {
          types.add(words[4]);
        }
      }
    } catch (IOException e) {
      types.clear();
    }
    return types;
  }

  /** The kernel knows the path as the receiver wrote it: absolute, or from a folder of its own. */
  private static boolean isBoundTo(Path real, String written) {
    if (!written.endsWith(real.getFileName().toString())) {
      return false;
    }
    try {
      Path bound = Path.of(written.replaceFirst("^(\\.\\.?/+)+", ""));
      return real.endsWith(bound.isAbsolute() ? bound.toRealPath() : bound.normalize());
    } catch (IOException | InvalidPathException e) {
      return false;
    }
  }
}
