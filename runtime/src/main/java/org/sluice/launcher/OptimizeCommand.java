package org.sluice.launcher;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * {@code sluice optimize}: lets the JVM write an archive of the classes that a trial run has loaded
 * ({@code cache/sluice.jsa}; {@code cache/sluice.aot} from JDK 25 on: {@code bin/sluice} has the
 * choice). The trial is a real front in a base of its own, on a free port, that answers a request.
 */
final class OptimizeCommand implements Command {
  private static final int READY_WITHIN_SECONDS = 60;
  private static final int ENDS_WITHIN_SECONDS = 60;
  private static final List<String> PATHS =
      List.of("/page.txt", "/page.shtml", "/status", "/classic/", "/sluice/");

  @Override
  public int run(Arguments arguments, Installation installation, Console console) throws Failure {
    BaseFolder.prepare(installation);
    Path file = installation.cache().resolve("optimize.lock");
    // The file stays: who removed it could take it from under another one's lock.
    try (FileChannel channel =
            FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = channel.tryLock()) {
      if (lock == null) {
        throw new Failure(file + ": another sluice optimize of this base is under way");
      }
      return optimize(installation, console);
    } catch (IOException e) {
      throw new Failure(file + ": cannot be locked: " + e, e);
    }
  }

  private static int optimize(Installation installation, Console console) throws Failure {
    Path trialBase = installation.cache().resolve("optimize");
    try {
      BaseFolder.delete(trialBase);
      Installation trial = installation.withBase(trialBase);
      writeBase(trial);
      trial(trial);
      Path fresh = written(trial);
      Path archive = installation.cache().resolve(fresh.getFileName());
      String sum = sum(fresh);
      Files.move(
          fresh, archive, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
      ArchiveState.made(archive, sum);
      BaseFolder.delete(trialBase);
      console.say("wrote " + archive + " (" + Files.size(archive) / 1_048_576 + " MiB)");
      return 0;
    } catch (IOException e) {
      throw new Failure(trialBase + ": " + e, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Failure("interrupted", e);
    }
  }

  private static void writeBase(Installation trial) throws IOException {
    Files.createDirectories(trial.etc());
    for (String file : List.of("logging.properties", "jvm.options")) {
      Files.copy(trial.home().resolve("etc").resolve(file), trial.etc().resolve(file));
    }
    Path root = Files.createDirectory(trial.base().resolve("htdocs"));
    Files.writeString(root.resolve("page.txt"), "a file\n");
    Files.writeString(root.resolve("page.shtml"), "<!--#echo var=\"DATE_GMT\" -->\n");
    cfg(trial, "site~trial", "listen=127.0.0.1:0", "root=" + root);
    cfg(trial, "accesslog~trial", "file=" + trial.base().resolve("access.log"), "format=combined");
    cfg(trial, "route~files", "path=/", "target=file:", "ssi=on");
    cfg(trial, "route~status", "path=/status", "target=status:200", "status.text=ok");
    for (String dialect : List.of("classic", "sluice")) {
      // Nobody listens there: a hand-off is prepared, and answered with 503.
      String target = "target=fd:" + trial.run().resolve("nobody.sock");
      cfg(trial, "route~" + dialect, "path=/" + dialect + "/", target, "dialect=" + dialect);
    }
  }

  private static void cfg(Installation trial, String name, String... lines) throws IOException {
    Files.write(trial.etc().resolve("org.sluice." + name + ".cfg"), List.of(lines));
  }

  private static Path output(Installation trial) {
    return trial.base().resolve("trial.out");
  }

  /** The archive: {@code bin/sluice} has given it one of two names. */
  private static Path written(Installation trial) throws IOException, Failure {
    try (Stream<Path> files = Files.list(trial.base())) {
      return files
          .filter(file -> file.getFileName().toString().matches("sluice\\.(jsa|aot)"))
          .findAny()
          .orElseThrow(() -> new Failure("the JVM wrote no archive; see " + output(trial)));
    }
  }

  /** By the tool that {@code bin/sluice} asks when it doubts the archive. */
  private static String sum(Path file) throws IOException, InterruptedException, Failure {
    Process process = new ProcessBuilder("cksum").redirectInput(file.toFile()).start();
    String sum = new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
    if (process.waitFor() != 0) {
      throw new Failure(file + ": cksum cannot read it");
    }
    return sum.strip();
  }

  private static void trial(Installation trial) throws IOException, InterruptedException, Failure {
    ProcessBuilder builder =
        new ProcessBuilder(trial.script().toString(), "run", "--base", trial.base().toString());
    builder.environment().put("SLUICE_ARCHIVE_TO", trial.base().toString());
    Process process =
        builder.redirectErrorStream(true).redirectOutput(output(trial).toFile()).start();
    try {
      request(awaitReady(trial, process));
      awaitShell(trial, process);
      process.destroy();
      if (!process.waitFor(ENDS_WITHIN_SECONDS, TimeUnit.SECONDS)) {
        throw new Failure("the trial run did not end; see " + output(trial));
      }
    } finally {
      process.destroyForcibly();
    }
  }

  private static List<String> awaitReady(Installation trial, Process process)
      throws InterruptedException, Failure {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(READY_WITHIN_SECONDS);
    while (System.nanoTime() < deadline && !process.waitFor(50, TimeUnit.MILLISECONDS)) {
      Optional<BaseLock.Holder> holder = BaseLock.holder(trial);
      if (holder.isPresent() && holder.get().ready()) {
        return holder.get().addresses();
      }
    }
    throw new Failure("the trial run did not get ready; see " + output(trial));
  }

  /** The last of what starts: it comes after the first answer, and loads much as well. */
  private static void awaitShell(Installation trial, Process process) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(READY_WITHIN_SECONDS);
    while (Files.notExists(trial.shellSocket()) && System.nanoTime() < deadline) {
      if (process.waitFor(20, TimeUnit.MILLISECONDS)) {
        return;
      }
    }
  }

  /** What requests load belongs into the archive; their outcome does not matter. */
  private static void request(List<String> addresses) throws InterruptedException {
    HttpClient client = HttpClient.newHttpClient();
    for (String address : addresses) {
      for (String path : PATHS) {
        try {
          HttpRequest get = HttpRequest.newBuilder(URI.create(address + path)).build();
          client.send(get, HttpResponse.BodyHandlers.discarding());
        } catch (IOException | IllegalArgumentException e) {
          // no listener, or no route: the archive lacks a few classes
        }
      }
    }
  }
}
