/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.codec;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.lucene.index.CodecReader;

/**
 * What a segment's graph of one field consists of, for tools that describe an index.
 *
 * @param parameters how the graph was built and is searched by default
 * @param levelSizes number of nodes on each level, the lowest first; none without vectors
 * @param bytes size of all blocks and centred codes
 */
public record GraphFacts(CairnHnswParameters parameters, List<Integer> levelSizes, long bytes) {

  /**
   * The facts of a field.
   *
   * @param segment the segment
   * @param field the vector field
   * @return the facts, or nothing where this format does not hold the field's vectors
   */
  public static Optional<GraphFacts> of(CodecReader segment, String field) {
    return Optional.ofNullable(FieldGraph.of(segment, field))
        .map(
            graph ->
                new GraphFacts(
                    graph.meta().parameters(),
                    Arrays.stream(graph.meta().sizes()).boxed().toList(),
                    graph.bytes()));
  }
}
