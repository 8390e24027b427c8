package weft.pipeline;

import java.util.ArrayDeque;
import java.util.concurrent.locks.LockSupport;
import weft.loop.Barrier;

/**
 * The threads that help others with their calls. There are at most as many as the largest team asked for, for all functions together; a
 * call that finds too few idle ones does its work alone. Between calls a worker spins for some ten microseconds and then sleeps.
 */
final class Workers {
  private static final ArrayDeque<Worker> IDLE = new ArrayDeque<>();
  private static int made;
  private static int most;

  private Workers() {}

  /** Lets there be so many. */
  static synchronized void allow(int count) {
    most = Math.max(most, count);
  }

  /** Takes as many as fit into the array, or none and gives false. */
  static synchronized boolean take(Worker[] into) {
    while (IDLE.size() < into.length && made < most) {
      var worker = new Worker(++made);
      worker.setDaemon(true);
      worker.start();
      IDLE.push(worker);
    }
    if (IDLE.size() < into.length) return false;
    for (int i = 0; i < into.length; i++) into[i] = IDLE.pop();
    return true;
  }

  /** Waits until all of these are done and sets them free. */
  static void release(Worker[] workers) {
    for (Worker w : workers) for (int i = 0; w.isBusy(); i++) Barrier.pause(i);
    synchronized (Workers.class) {
      for (int i = workers.length - 1; i >= 0; i--) {
        IDLE.push(workers[i]);
        workers[i] = null;
      }
    }
  }

  /** A thread that runs one member's share of a call after another. */
  static final class Worker extends Thread {
    private static final int SPINS = 4000;
    private volatile Team team;
    private volatile boolean sleeps;
    private int member;

    private Worker(int number) {
      super("weft-" + number);
    }

    boolean isBusy() {
      return team != null;
    }

    void help(Team with, int as) {
      member = as;
      team = with;
      if (sleeps) LockSupport.unpark(this);
    }

    @Override
    public void run() {
      for (int idle = 0; ; idle++) {
        Team with = team;
        if (with != null) {
          with.share(member);
          team = null;
          idle = 0;
        } else if (idle < SPINS) {
          Thread.onSpinWait();
        } else {
          sleeps = true;
          if (team == null) LockSupport.park(this);
          sleeps = false;
        }
      }
    }
  }
}
