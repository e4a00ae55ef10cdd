/* SPDX-License-Identifier: Apache-2.0 */
package dev.cairn.cli.bench;

import dev.cairn.cli.bench.data.Dataset;
import dev.cairn.cli.bench.system.BenchSystem;
import dev.cairn.cli.bench.system.BuildPlan;
import dev.cairn.cli.bench.system.IndexKind;
import dev.cairn.simd.ProcessorInfo;
import dev.cairn.simd.VectorKernels;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.lucene.util.Version;

/** Says with what the figures were measured. */
final class Settings {
  private Settings() {}

  static List<String> describe(
      Dataset data,
      BuildPlan plan,
      List<BenchSystem> systems,
      int k,
      Contest.Effort effort,
      List<Integer> threads) {
    List<String> lines = new ArrayList<>();
    line(
        lines,
        "data set     %s: %,d documents x %d, %,d queries, %s, %s",
        data.name(),
        data.size(),
        data.dimension(),
        data.queries().length,
        data.similarity().name().toLowerCase(Locale.ROOT),
        data.isBytes() ? "signed bytes" : "float32");
    line(
        lines,
        "index        M=%d, efConstruction=%d, %s",
        plan.m(),
        plan.efConstruction(),
        plan.ingestion()
            ? "ordinary ingestion with " + plan.ramBufferMb() + " MB, then one segment"
            : plan.segments().of(data.size()).size() == 1
                ? "one segment, one flush"
                : "segments of " + plan.segments().text() + ", then merged to one");
    line(
        lines,
        "search       k=%d, threads %s, warm-up %.1f s a setting, %d passes of %.1f s or more in"
            + " turn, %s",
        k,
        threads,
        effort.warmUpSeconds(),
        effort.passes(),
        effort.passSeconds(),
        effort.clock() == SearchCrew.Clock.CPU ? "processor time" : "wall time");
    for (BenchSystem system : systems) {
      line(lines, "%-12s %s", system.label(), system.style().description());
    }
    if (systems.contains(BenchSystem.CAIRN)) {
      line(
          lines,
          "cairn        indexed with efSearch=1, so that the beam is as wide as ef or 3 (k - 4)");
    }
    boolean hasJVector = systems.stream().anyMatch(s -> s.kind() == IndexKind.JVECTOR);
    if (hasJVector) {
      line(lines, "jvector      %s", IndexKind.jvectorSettings(plan));
    }
    line(
        lines,
        "versions     Lucene %s, kernels of Cairn %s%s, Java %s",
        Version.LATEST,
        VectorKernels.best().name(),
        hasJVector ? ", of JVector " + IndexKind.jvectorKernels() : "",
        Runtime.version());
    line(
        lines,
        "machine      %s, %d processors, heap %,d MiB",
        ProcessorInfo.value("model name").orElse(System.getProperty("os.arch")),
        Runtime.getRuntime().availableProcessors(),
        Runtime.getRuntime().maxMemory() >> 20);
    line(
        lines,
        "JVM flags    %s",
        String.join(" ", ManagementFactory.getRuntimeMXBean().getInputArguments()));
    return lines;
  }

  private static void line(List<String> lines, String format, Object... values) {
    lines.add(String.format(Locale.ROOT, format, values));
  }
}
