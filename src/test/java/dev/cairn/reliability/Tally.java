/* SPDX-License-Identifier: Apache-2.0 */
package dev.cairn.reliability;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Counts what tests of reliability have tried, for {@link Endurance} to print; and says how much to
 * try: once over in the normal build, many times in a long run.
 */
public final class Tally {
  /** The system property that a long run sets. */
  static final String PROPERTY = "cairn.endurance";

  private static final Map<String, AtomicLong> COUNTS = new TreeMap<>();

  private Tally() {}

  /** How many times as much as in the normal build is to be tried. */
  public static int factor() {
    return Integer.getInteger(PROPERTY, 1);
  }

  /** Counts. */
  public static void add(String what, long count) {
    synchronized (COUNTS) {
      COUNTS.computeIfAbsent(what, name -> new AtomicLong()).addAndGet(count);
    }
  }

  static Map<String, AtomicLong> counts() {
    synchronized (COUNTS) {
      return new TreeMap<>(COUNTS);
    }
  }
}
