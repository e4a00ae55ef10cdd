/* SPDX-License-Identifier: Apache-2.0 */
package dev.cairn.cli.bench.system;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/** Time on the wall and processor time of the whole process, since the start or the last lap. */
final class Stopwatch {
  private static final OperatingSystemMXBean PROCESS =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

  private long wall = System.nanoTime();
  private long cpu = PROCESS.getProcessCpuTime();

  /**
   * A span of time.
   *
   * @param seconds on the wall
   * @param cpuSeconds on all processors
   */
  record Lap(double seconds, double cpuSeconds) {}

  Lap lap() {
    long wallNow = System.nanoTime();
    long cpuNow = PROCESS.getProcessCpuTime();
    Lap lap = new Lap((wallNow - wall) / 1e9, (cpuNow - cpu) / 1e9);
    wall = wallNow;
    cpu = cpuNow;
    return lap;
  }
}
