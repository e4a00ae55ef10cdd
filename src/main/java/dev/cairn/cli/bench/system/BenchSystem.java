/* SPDX-License-Identifier: Apache-2.0 */
package dev.cairn.cli.bench.system;

import dev.cairn.cli.console.WrongCall;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** A way to search an index; some share one. */
public enum BenchSystem {
  /** Cairn, asked as Lucene must be asked. */
  CAIRN("cairn", IndexKind.CAIRN, SearchStyle.WIDE_K),
  /** Cairn, asked for what is wanted, with the width of the beam apart. */
  CAIRN_EF("cairn-ef", IndexKind.CAIRN, SearchStyle.EF_SEARCH),
  /** Lucene's default format. */
  LUCENE("lucene", IndexKind.LUCENE, SearchStyle.WIDE_K),
  /** Lucene's format with codes of 8 bits for each dimension. */
  LUCENE_8BIT("lucene-8bit", IndexKind.LUCENE_8BIT, SearchStyle.RESCORED),
  /** Lucene's format with codes of 4 bits for each dimension. */
  LUCENE_4BIT("lucene-4bit", IndexKind.LUCENE_4BIT, SearchStyle.RESCORED),
  /** Lucene's format with codes of 1 bit for each dimension. */
  LUCENE_1BIT("lucene-1bit", IndexKind.LUCENE_1BIT, SearchStyle.RESCORED),
  /** JVector with graph and vectors in memory. */
  JVECTOR("jvector", IndexKind.JVECTOR, SearchStyle.IN_MEMORY),
  /** JVector with graph and vectors in its mapped file. */
  JVECTOR_FILE("jvector-file", IndexKind.JVECTOR, SearchStyle.FROM_FILE);

  private final String label;
  private final IndexKind kind;
  private final SearchStyle style;

  BenchSystem(String label, IndexKind kind, SearchStyle style) {
    this.label = label;
    this.kind = kind;
    this.style = style;
  }

  /** The name, as given on the command line and shown. */
  public String label() {
    return label;
  }

  /** What index it searches. */
  public IndexKind kind() {
    return kind;
  }

  /** How it is asked. */
  public SearchStyle style() {
    return style;
  }

  /** Whether it can index signed bytes. */
  public boolean takesBytes() {
    return kind == IndexKind.CAIRN || kind == IndexKind.LUCENE;
  }

  /** The system with a label. */
  public static BenchSystem of(String label) {
    String wanted = label.strip().toLowerCase(Locale.ROOT);
    return Arrays.stream(values())
        .filter(system -> system.label.equals(wanted))
        .findFirst()
        .orElseThrow(
            () ->
                new WrongCall(
                    "--systems must be one of " + labels(List.of(values())) + ", got " + label));
  }

  /** Labels in a row. */
  public static String labels(List<BenchSystem> systems) {
    return systems.stream().map(BenchSystem::label).collect(Collectors.joining(", "));
  }
}
