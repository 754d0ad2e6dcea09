package org.sluice.launcher;

import java.time.Duration;
import java.util.Optional;

/** {@code sluice status}: what runs in this base; exit status as init scripts have it. */
final class StatusCommand implements Command {
  private static final int NOT_RUNNING = 3;

  @Override
  public int run(Arguments arguments, Installation installation, Console console) throws Failure {
    Optional<BaseLock.Holder> found = BaseLock.holder(installation);
    if (found.isEmpty()) {
      console.say("not running (" + installation.base() + ")");
      return NOT_RUNNING;
    }
    BaseLock.Holder holder = found.get();
    String state = holder.deaf() ? "running, but nothing listens" : "running";
    console.say((holder.ready() ? state : "starting") + ", process " + holder.pid());
    console.say("base      " + installation.base());
    console.say("uptime    " + uptime(System.currentTimeMillis() - holder.started()));
    if (!holder.deaf()) {
      holder.addresses().forEach(address -> console.say("listening " + address));
    }
    return 0;
  }

  static String uptime(long millis) {
    Duration up = Duration.ofMillis(Math.max(0, millis));
    if (up.toDays() > 0) {
      return up.toDays() + " d " + up.toHoursPart() + " h";
    }
    if (up.toHours() > 0) {
      return up.toHours() + " h " + up.toMinutesPart() + " min";
    }
    return up.toMinutes() > 0
        ? up.toMinutes() + " min " + up.toSecondsPart() + " s"
        : up.toSeconds() + " s";
  }
}
