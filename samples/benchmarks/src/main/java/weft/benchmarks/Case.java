package weft.benchmarks;

import java.util.Set;

/**
 * One row of the benchmark table: a net, its sizes and what a call does.
 *
 * @param workload name in results
 * @param batch sequences a call
 * @param time steps a call; for {@link Task#STREAM} the number of prepared samples, one of which each call takes
 * @param in width of the first layer's input
 * @param hidden width of every layer's state
 * @param layers stacked layers
 * @param out classes of the softmax, 0 where there is none
 * @param modes what is measured
 */
public record Case(String workload, Cell cell, Task task, int batch, int time, int in, int hidden, int layers,
                   int out, Set<Mode> modes) {

  /** Stable key of the row: workload and cell. */
  public String id() {
    return workload + "/" + cell.key();
  }

  /** Columns of a layer's weight matrices. */
  public int columns() {
    return cell.gates() * hidden;
  }

  /** Width of what goes into a layer. */
  public int width(int layer) {
    return layer == 0 ? in : hidden;
  }

  /** Steps that one call runs. */
  public int steps() {
    return task == Task.STREAM ? 1 : time;
  }

  /** Rows of the softmax, 0 where there is none. */
  public int headRows() {
    return !task.head() ? 0 : task.everyStep() ? batch * time : batch;
  }

  /** Floating-point operations of the matrix products of one call; a training step counts as three forward passes. */
  public long flops(Mode mode) {
    long columns = 0;
    for (int layer = 0; layer < layers; layer++) {
      int rows = layer == 0 && task == Task.CHARACTERS ? hidden : width(layer) + hidden;
      columns += (long) rows * columns();
    }
    long forward = 2 * columns * batch * steps() + 2L * headRows() * hidden * out;
    return mode == Mode.TRAINING ? 3 * forward : forward;
  }
}
