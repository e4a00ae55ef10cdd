/* SPDX-License-Identifier: Apache-2.0 */
package dev.cairn.cli.demo;

import dev.cairn.cli.console.TextLayout;
import dev.cairn.codec.GraphFacts;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.SegmentReader;

/** What an index consists of: segments, the levels of their graphs, and bytes by part. */
final class IndexFacts {
  private IndexFacts() {}

  static List<String> describe(DirectoryReader reader, String vectorField) throws IOException {
    List<String> lines = new ArrayList<>();
    List<List<String>> segments = new ArrayList<>();
    segments.add(
        List.of("segment", "documents", "deleted", "nodes on each level, from the lowest"));
    Map<String, Long> bytesByPart = new TreeMap<>();
    for (LeafReaderContext leaf : reader.leaves()) {
      SegmentReader segment = (SegmentReader) leaf.reader();
      segments.add(
          List.of(
              segment.getSegmentName(),
              count(segment.maxDoc()),
              count(segment.numDeletedDocs()),
              levels(segment, vectorField)));
      for (String file : segment.getSegmentInfo().files()) {
        bytesByPart.merge(part(file), segment.directory().fileLength(file), Long::sum);
      }
    }
    lines.addAll(TextLayout.table(segments));
    lines.add("");
    long total = bytesByPart.values().stream().mapToLong(Long::longValue).sum();
    List<List<String>> parts = new ArrayList<>();
    parts.add(List.of("part of the index", "bytes", "per document", "share"));
    bytesByPart.forEach((part, bytes) -> parts.add(partRow(part, bytes, reader.maxDoc(), total)));
    parts.add(partRow("all", total, reader.maxDoc(), total));
    lines.addAll(TextLayout.table(parts));
    return lines;
  }

  private static List<String> partRow(String part, long bytes, int documents, long total) {
    return List.of(
        part,
        count(bytes),
        String.format(Locale.ROOT, "%.0f", bytes / (double) Math.max(1, documents)),
        String.format(Locale.ROOT, "%.1f%%", 100.0 * bytes / Math.max(1, total)));
  }

  private static String levels(SegmentReader segment, String field) {
    return GraphFacts.of(segment, field)
        .map(
            graph ->
                graph.levelSizes().stream()
                    .map(IndexFacts::count)
                    .collect(Collectors.joining(" / ")))
        .orElse("no graph");
  }

  /** What a file holds, told by its extension; numbered from the largest. */
  static String part(String file) {
    return switch (file.substring(file.lastIndexOf('.') + 1)) {
      case "vec", "vemf" -> "1 vectors, float32";
      case "vex", "vcm" -> "2 graph, fused codes";
      case "doc", "pos", "pay", "psm", "tim", "tip", "tmd", "nvd", "nvm" -> "3 full text";
      case "fdt", "fdx", "fdm" -> "4 stored fields";
      default -> "5 other";
    };
  }

  static String count(Number number) {
    return String.format(Locale.ROOT, "%,d", number);
  }
}
