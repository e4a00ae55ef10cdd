/* SPDX-License-Identifier: Apache-2.0 */
package dev.cairn.cli.bench.report;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cairn.cli.bench.data.Dataset;
import dev.cairn.cli.bench.system.BuildPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** An array of objects, one for each point, each of which says all about itself. */
public final class JsonReport {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private final ArrayNode points = JSON.createArrayNode();
  private final String mode;
  private final Dataset data;
  private final BuildPlan plan;
  private final int k;
  private final String clock;

  /**
   * An empty report.
   *
   * @param mode {@code search} or {@code merge}
   * @param clock what speeds are timed by: {@code wall} or {@code cpu}
   */
  public JsonReport(String mode, Dataset data, BuildPlan plan, int k, String clock) {
    this.mode = mode;
    this.data = data;
    this.plan = plan;
    this.k = k;
    this.clock = clock;
  }

  /** Adds a point. */
  public void add(Point point, IndexFigures index) {
    ObjectNode node = points.addObject();
    node.put("mode", mode);
    node.put("dataset", data.name());
    node.put("documents", index.documents());
    node.put("dimension", data.dimension());
    node.put("queries", data.queries().length);
    node.put("similarity", data.similarity().name().toLowerCase(Locale.ROOT));
    node.put("element", data.isBytes() ? "byte" : "float");
    node.put("system", point.system().label());
    node.put("m", plan.m());
    node.put("ef_construction", plan.efConstruction());
    node.put("k", k);
    node.put("ef", point.ef());
    node.put("threads", point.threads());
    node.put("clock", clock);
    node.put("recall", point.recall());
    node.put("qps_best", point.qpsBest());
    node.put("qps_median", point.qpsMedian());
    node.put("p50_us", point.p50Micros());
    node.put("p99_us", point.p99Micros());
    if (!Double.isNaN(point.garbageBytes())) {
      node.put("garbage_bytes", point.garbageBytes());
    }
    node.put("build_s", index.cost().indexSeconds());
    node.put("build_cpu_s", index.cost().indexCpuSeconds());
    node.put("segments", index.cost().segments());
    node.put("merge_s", index.cost().mergeSeconds());
    node.put("merge_cpu_s", index.cost().mergeCpuSeconds());
    node.put("bytes", index.bytes());
    ObjectNode parts = node.putObject("bytes_by_part");
    index.bytesByPart().forEach(parts::put);
  }

  /** Writes the report. */
  public void write(Path file) throws IOException {
    Files.write(file, JSON.writeValueAsBytes(points));
  }
}
