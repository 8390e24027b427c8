package weft.runtime;

/**
 * The workspaces of one function, so that many threads may call it at once and each finds warm memory.
 *
 * <p>At most {@code keep} workspaces are kept for reuse; when more calls than that run at once, the others
 * get workspaces that are dropped afterwards. A call that finds a free workspace allocates nothing.
 */
public final class WorkspacePool {
  private final int slots;
  private final Workspace[] free;
  private int count;

  /** A pool that keeps one workspace per processor. */
  public WorkspacePool(int slots) {
    this(slots, Runtime.getRuntime().availableProcessors());
  }

  /** A pool of workspaces of so many slots that keeps at most {@code keep} of them. */
  public WorkspacePool(int slots, int keep) {
    this.slots = slots;
    this.free = new Workspace[keep];
  }

  /** A workspace for this caller alone until {@link #release}. */
  public Workspace acquire() {
    synchronized (free) {
      if (count > 0) {
        var workspace = free[--count];
        free[count] = null;
        return workspace;
      }
    }
    return new Workspace(slots);
  }

  /** Gives a workspace back; the caller must not touch it any more. */
  public void release(Workspace workspace) {
    synchronized (free) {
      if (count < free.length) {
        free[count++] = workspace;
      }
    }
  }
}
