/* SPDX-License-Identifier: Apache-2.0 */
package dev.cairn.cli.bench;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import org.junit.Test;

/** Percentiles. */
public class DurationsTest {
  @Test
  public void percentilesAreNotExceededByTheirShare() {
    Durations durations = new Durations();
    Durations others = new Durations();
    for (int i = 3000; i >= 1; i--) {
      (i % 2 == 0 ? durations : others).add(i * 1000L);
    }
    durations.addAll(others);
    assertEquals(1500, durations.micros(.50), 0);
    assertEquals(2970, durations.micros(.99), 0);
    assertEquals(3000, durations.micros(1), 0);
  }

  @Test
  public void fewDurationsDo() {
    Durations durations = new Durations();
    assertTrue(Double.isNaN(durations.micros(.5)));
    durations.add(7000);
    assertEquals(7, durations.micros(.01), 0);
    assertEquals(7, durations.micros(.99), 0);
  }
}
