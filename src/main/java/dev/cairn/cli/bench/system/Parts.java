/* SPDX-License-Identifier: Apache-2.0 */
package dev.cairn.cli.bench.system;

/** Names of the parts of an index. */
public final class Parts {
  /** Full vectors. */
  public static final String VECTORS = "vectors";

  /** Graph; with Cairn the codes of the neighbours too, which stand in it. */
  public static final String GRAPH = "graph";

  /** Codes that stand apart from the graph. */
  public static final String CODES = "codes";

  /** All else. */
  public static final String OTHER = "other";

  private Parts() {}

  /** What a file of a Lucene index holds. */
  static String ofFile(String name) {
    return switch (name.substring(name.lastIndexOf('.') + 1)) {
      case "vec", "vemf" -> VECTORS;
      case "vex", "vem", "vcm" -> GRAPH;
      case "veq", "vemq", "veb", "vemb" -> CODES;
      default -> OTHER;
    };
  }
}
