package org.sluice.fdpass.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.sluice.testing.Await;

/** Who is called when there is room. */
class LineTest {
  private static final int MOST = 1_000;

  private final AtomicInteger room = new AtomicInteger();
  private final Line line = new Line(room::get);
  private final List<ScheduledExecutorService> loops = new ArrayList<>();

  @AfterEach
  void close() {
    loops.forEach(ScheduledExecutorService::shutdownNow);
  }

  /** Remembers that it was called. */
  private final class Standing implements Line.Place {
    private boolean called;
    private int turns;
    private boolean stood;
    private long number;

    @Override
    public boolean call() {
      boolean first = !called;
      called = true;
      return first;
    }

    @Override
    public void yourTurn() {
      turns++;
    }

    @Override
    public boolean heard() {
      boolean was = called;
      called = false;
      stood |= was && line.everybody().contains(this);
      return was;
    }

    @Override
    public long number() {
      return number;
    }

    @Override
    public void number(long value) {
      number = value;
    }

    @Override
    public void handlerLeaves() {
      throw new AssertionError("a line tells nobody that the bundle stops");
    }
  }

  private List<Standing> stand(int count) {
    List<Standing> all = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Standing one = new Standing();
      assertTrue(line.join(one, count));
      all.add(one);
    }
    return all;
  }

  private static int turns(List<Standing> all) {
    return all.stream().mapToInt(one -> one.turns).sum();
  }

  @Test
  void asManyAreCalledAsThereIsRoomFor() {
    List<Standing> all = stand(5);
    line.wake();
    assertEquals(0, turns(all), "no room");
    room.set(3);
    line.wake();
    assertEquals(3, turns(all.subList(0, 3)));
    line.wake();
    assertEquals(3, turns(all), "they have not looked yet");
    room.set(4);
    line.wake();
    assertEquals(4, turns(all.subList(0, 4)));
    assertEquals(4, turns(all));
  }

  @Test
  void whoIsServedCallsTheNext() {
    List<Standing> all = stand(3);
    room.set(1);
    line.wake();
    line.looks(all.get(0));
    line.leave(all.get(0));
    assertEquals(1, all.get(1).turns);
    assertEquals(0, all.get(2).turns);
    assertTrue(line.isFirst(all.get(1)));
  }

  @Test
  void whoLeavesAfterTheCallMakesWayForTheNext() {
    List<Standing> all = stand(2);
    room.set(1);
    line.wake();
    line.leave(all.get(0));
    assertFalse(all.get(0).stood, "another loop could call it once more, in place of the next");
    assertEquals(1, all.get(1).turns);
    line.leave(all.get(1));
    assertTrue(line.isEmpty());
    assertFalse(all.get(1).called);
  }

  @Test
  void whoFoundNoRoomIsCalledAgain() {
    List<Standing> all = stand(1);
    room.set(1);
    line.wake();
    line.looks(all.get(0));
    line.wake();
    assertEquals(2, all.get(0).turns);
  }

  @Test
  void whoComesBackStandsWhereItStood() {
    List<Standing> all = stand(4);
    line.leave(all.get(2));
    line.leave(all.get(0));
    line.leave(all.get(1));
    line.comeBack(all.get(1));
    line.comeBack(all.get(0));
    line.comeBack(all.get(2));
    assertEquals(all, line.everybody());
    assertTrue(line.isFirst(all.get(0)));
    assertEquals(4, line.length());
  }

  @Test
  void nobodyIsCalledWhileItIsQuiet() {
    List<Standing> all = stand(2);
    room.set(2);
    line.quiet(true);
    line.wake();
    line.leave(all.get(0));
    assertEquals(0, turns(all));
    line.quiet(false);
    line.wake();
    assertEquals(1, all.get(1).turns);
  }

  /** An exchange on one of two event loops: asks for room, uses it a moment, and comes again. */
  private final class Worker implements Line.Place {
    private final ScheduledExecutorService loop;
    private final ScheduledExecutorService other;
    private final AtomicInteger left;
    private final AtomicBoolean called = new AtomicBoolean();
    private volatile long number;
    private boolean inLine;

    Worker(int number, AtomicInteger left) {
      this.loop = loops.get(number % 2);
      this.other = loops.get(1 - number % 2);
      this.left = left;
    }

    void come() {
      if (line.isEmpty() && take()) {
        use();
        return;
      }
      assertTrue(line.join(this, MOST));
      inLine = true;
      if (line.isFirst(this)) {
        askLater();
      }
    }

    private void askLater() {
      var unused = loop.schedule(this::ask, 1, TimeUnit.MILLISECONDS);
    }

    /** Only who was first from the beginning asks by itself, as with real ones. */
    private void ask() {
      if (inLine && line.isFirst(this)) {
        attempt();
        if (inLine) {
          askLater();
        }
      }
    }

    private void attempt() {
      if (inLine && take()) {
        inLine = false;
        line.leave(this);
        use();
      }
    }

    private boolean take() {
      for (; ; ) {
        int now = room.get();
        if (now == 0) {
          return false;
        }
        if (room.compareAndSet(now, now - 1)) {
          return true;
        }
      }
    }

    /** Room that is made where there was none is told, as {@link Controls#settled} does. */
    private void use() {
      other.execute(
          () -> {
            if (room.getAndIncrement() == 0) {
              line.wake();
            }
            if (left.getAndDecrement() > 0) {
              loop.execute(this::come);
            }
          });
    }

    @Override
    public boolean call() {
      return !called.get() && called.compareAndSet(false, true);
    }

    @Override
    public void yourTurn() {
      loop.execute(
          () -> {
            line.looks(this);
            attempt();
          });
    }

    @Override
    public boolean heard() {
      return called.compareAndSet(true, false);
    }

    @Override
    public long number() {
      return number;
    }

    @Override
    public void number(long value) {
      number = value;
    }

    @Override
    public void handlerLeaves() {
      throw new AssertionError("a line tells nobody that the bundle stops");
    }
  }

  /** Whatever the two loops do at the same time, the line moves on. */
  @Test
  void nobodyIsForgotten() {
    for (int places : new int[] {1, 2, 5}) {
      loops.add(Executors.newSingleThreadScheduledExecutor());
      loops.add(Executors.newSingleThreadScheduledExecutor());
      room.set(places);
      int workers = 20;
      AtomicInteger left = new AtomicInteger(30_000);
      for (int i = 0; i < workers; i++) {
        Worker worker = new Worker(i, left);
        worker.loop.execute(worker::come);
      }
      Await.until(() -> left.get() == -workers, "all were served with room for " + places);
      Await.until(() -> room.get() == places, "all places are free");
      assertTrue(line.isEmpty());
      close();
      loops.clear();
    }
  }
}
