/* SPDX-License-Identifier: Apache-2.0 */
package dev.cairn.reliability;

import java.lang.management.ManagementFactory;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.management.JMException;
import javax.management.ObjectName;

/** What the process has allocated outside of the heap, as the JVM itself counts it. */
final class NativeMemory {
  private static final Pattern OTHER = Pattern.compile("Other \\(reserved=(\\d+)");

  private NativeMemory() {}

  /** Bytes of arenas and buffers; nothing without {@code -XX:NativeMemoryTracking=summary}. */
  static OptionalLong bytes() throws JMException {
    Object report =
        ManagementFactory.getPlatformMBeanServer()
            .invoke(
                new ObjectName("com.sun.management:type=DiagnosticCommand"),
                "vmNativeMemory",
                new Object[] {new String[] {"summary", "scale=b"}},
                new String[] {String[].class.getName()});
    Matcher other = OTHER.matcher(report.toString());
    return other.find() ? OptionalLong.of(Long.parseLong(other.group(1))) : OptionalLong.empty();
  }

  /** The same, once memory of objects that are no longer used is given back. */
  static OptionalLong settledBytes() throws JMException, InterruptedException {
    OptionalLong least = bytes();
    for (int i = 0; i < 10 && least.isPresent(); i++) {
      System.gc();
      Thread.sleep(20);
      least = OptionalLong.of(Math.min(least.getAsLong(), bytes().getAsLong()));
    }
    return least;
  }
}
