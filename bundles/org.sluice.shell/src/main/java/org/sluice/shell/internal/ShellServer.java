package org.sluice.shell.internal;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.apache.felix.service.command.CommandProcessor;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Job;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleEvent;
import org.osgi.framework.BundleListener;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The shell on the local socket {@code run/shell.sock}: one thread accepts, up to {@value #CLIENTS}
 * serve a client each, one closes clients that keep a thread waiting. Opened when the commands are
 * there: whoever finds the socket finds them.
 */
@Component(
    service = {},
    reference = @Reference(name = "commands", service = SluiceCommands.class))
public final class ShellServer {
  static final int CLIENTS = 8;

  private static final Logger LOG = LoggerFactory.getLogger(ShellServer.class);

  private final CommandProcessor processor;
  private final Set<ShellClient> open = ConcurrentHashMap.newKeySet();
  private final ScheduledThreadPoolExecutor clock;
  private final ExecutorService clients;
  private final ExecutorService refusals;
  private final BundleContext context;
  private final BundleListener successors = this::changed;
  private LocalSocket socket;
  private boolean ended;

  /** Called by Declarative Services once Gogo and all commands are there. */
  @Activate
  public ShellServer(
      BundleContext context,
      @Reference CommandProcessor processor,
      @Reference StatusSources sources) {
    this.context = context;
    this.processor = processor;
    LOG.debug("commands of status sources: {}", sources.commandNames());
    clock = new ScheduledThreadPoolExecutor(1, threads("sluice-shell-clock"));
    clock.setRemoveOnCancelPolicy(true);
    clients =
        new ThreadPoolExecutor(
            0, CLIENTS, 10, TimeUnit.SECONDS, new SynchronousQueue<>(), threads("sluice-shell"));
    refusals =
        new ThreadPoolExecutor(
            0, 1, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), threads("sluice-shell-no"));
    open();
    context.addBundleListener(successors);
  }

  private synchronized void open() {
    String base = context.getProperty("sluice.base");
    LocalSocket bound = bind(Path.of(base == null ? "" : base, "run", "shell.sock"));
    socket = bound;
    if (bound != null) {
      threads("sluice-shell-accept").newThread(() -> accept(bound)).start();
    }
  }

  /** Another version of this bundle took the path, and has given it up. */
  private synchronized void changed(BundleEvent event) {
    if (event.getType() != BundleEvent.STOPPED
        || !context.getBundle().getSymbolicName().equals(event.getBundle().getSymbolicName())) {
      return;
    }
    if (!ended && socket != null && !socket.isReachable()) {
      socket.close();
      open();
    }
  }

  private static ThreadFactory threads(String name) {
    return task -> {
      Thread thread = new Thread(task, name);
      thread.setDaemon(true);
      return thread;
    };
  }

  private static LocalSocket bind(Path path) {
    try {
      return LocalSocket.bind(path);
    } catch (IOException e) {
      LOG.error("{}: cannot be opened, 'sluice shell' will not work: {}", path, e.toString());
      return null;
    }
  }

  private void accept(LocalSocket socket) {
    for (; ; ) {
      try {
        serve(socket.accept());
      } catch (ClosedChannelException e) {
        return;
      } catch (IOException e) {
        // Out of descriptors, for example: the clients that hold them end some time.
        LOG.warn("a shell client could not be accepted: {}", e.toString());
        if (!pause()) {
          return;
        }
      }
    }
  }

  private static boolean pause() {
    try {
      TimeUnit.SECONDS.sleep(1);
      return true;
    } catch (InterruptedException e) {
      return false;
    }
  }

  private void serve(SocketChannel channel) {
    ShellClient client = new ShellClient(channel, processor, clock);
    open.add(client);
    try {
      clients.execute(() -> run(client::run, client));
    } catch (RejectedExecutionException e) {
      String reason = "the shell has " + CLIENTS + " clients already; try again later";
      refusals.execute(() -> run(() -> client.refuse(reason), client));
    }
  }

  private void run(Runnable task, ShellClient client) {
    try {
      task.run();
    } finally {
      open.remove(client);
    }
  }

  /**
   * Ends all clients but the one whose command stops this bundle: that command has to go on, or an
   * update of the shell through the shell would stop half-way.
   */
  @Deactivate
  void deactivate() {
    context.removeBundleListener(successors);
    synchronized (this) {
      ended = true;
      if (socket != null) {
        socket.close();
      }
    }
    Job own = Job.Utils.current();
    CommandSession spared = own == null ? null : own.session();
    open.forEach(client -> client.end(spared));
    clients.shutdown();
    refusals.shutdown();
    clock.shutdownNow();
  }
}
