/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.query;

import dev.cairn.codec.CairnHnswParameters;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.apache.lucene.index.DocValues;
import org.apache.lucene.index.DocValuesType;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.NumericDocValues;
import org.apache.lucene.index.ReaderUtil;
import org.apache.lucene.index.SortedDocValues;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TopDocs;
import org.apache.lucene.util.BytesRef;

/**
 * The nearest documents of a vector search, one for each value of a field: say, the best passage of
 * each of the nearest books. The field has sorted or numeric doc values with one value a document,
 * as a {@code KeywordField} has; documents without a value count as one group.
 */
public final class BestOfGroups {
  /** A group with many near documents hides others, so more hits than groups are asked for. */
  private static final int HITS_PER_GROUP = 4;

  private BestOfGroups() {}

  /**
   * Searches, for ever more hits until there are enough groups or no more hits.
   *
   * @param query the search; its k does not matter
   * @param groupField the field whose values are the groups
   * @param groups how many groups are wanted
   * @return the best hit of each of the best groups, best first
   * @throws IllegalArgumentException if groups is out of range, from 1 to {@value
   *     CairnHnswParameters#MAX_EF_SEARCH}, or no document has the field, it has no such doc
   *     values, or a document has several values
   */
  public static TopDocs search(
      IndexSearcher searcher, CairnKnnQuery query, String groupField, int groups)
      throws IOException {
    Objects.requireNonNull(groupField, "groupField");
    Targets.checkRange(groupField, "groups", groups);
    checkExists(searcher, groupField);
    int limit =
        Math.clamp(searcher.getIndexReader().maxDoc(), 1, CairnHnswParameters.MAX_EF_SEARCH);
    for (long wanted = (long) HITS_PER_GROUP * groups; ; wanted *= 2) {
      int size = (int) Math.min(wanted, limit);
      TopDocs found = searcher.search(query.withK(size), size);
      ScoreDoc[] best = best(searcher, found.scoreDocs, groupField, groups);
      if (best.length == groups || size == limit || found.scoreDocs.length < size) {
        return new TopDocs(found.totalHits, best);
      }
    }
  }

  private static ScoreDoc[] best(
      IndexSearcher searcher, ScoreDoc[] hits, String groupField, int groups) throws IOException {
    Map<ScoreDoc, Object> values = values(searcher, hits, groupField);
    Set<Object> seen = new HashSet<>();
    List<ScoreDoc> best = new ArrayList<>();
    for (ScoreDoc hit : hits) {
      if (best.size() < groups && seen.add(values.get(hit))) {
        best.add(hit);
      }
    }
    return best.toArray(ScoreDoc[]::new);
  }

  /** The value of each hit that has one. */
  private static Map<ScoreDoc, Object> values(
      IndexSearcher searcher, ScoreDoc[] hits, String groupField) throws IOException {
    // doc values are read in the order of documents
    ScoreDoc[] sorted = hits.clone();
    Arrays.sort(sorted, Comparator.comparingInt(hit -> hit.doc));
    Map<ScoreDoc, Object> values = new HashMap<>();
    List<LeafReaderContext> leaves = searcher.getIndexReader().leaves();
    LeafReaderContext leaf = null;
    SortedDocValues words = null;
    NumericDocValues numbers = null;
    for (ScoreDoc hit : sorted) {
      if (leaf == null || hit.doc >= leaf.docBase + leaf.reader().maxDoc()) {
        leaf = leaves.get(ReaderUtil.subIndex(hit.doc, leaves));
        numbers = numbers(leaf.reader(), groupField);
        words = numbers == null ? words(leaf.reader(), groupField) : null;
      }
      int doc = hit.doc - leaf.docBase;
      if (numbers != null) {
        if (numbers.advanceExact(doc)) {
          values.put(hit, numbers.longValue());
        }
      } else if (words.advanceExact(doc)) {
        values.put(hit, BytesRef.deepCopyOf(words.lookupOrd(words.ordValue())));
      }
    }
    return values;
  }

  private static void checkExists(IndexSearcher searcher, String groupField) {
    List<LeafReaderContext> leaves = searcher.getIndexReader().leaves();
    if (!leaves.isEmpty()
        && leaves.stream().allMatch(leaf -> type(leaf.reader(), groupField) == null)) {
      throw new IllegalArgumentException(
          "field \"" + groupField + "\": no document of the index has it");
    }
  }

  /** The kind of doc values of a field, or null where a segment does not have the field. */
  private static DocValuesType type(LeafReader reader, String groupField) {
    FieldInfo info = reader.getFieldInfos().fieldInfo(groupField);
    return info == null ? null : info.getDocValuesType();
  }

  /** The numbers of documents, or null where values are no numbers. */
  private static NumericDocValues numbers(LeafReader reader, String groupField) throws IOException {
    return switch (type(reader, groupField)) {
      case NUMERIC -> DocValues.getNumeric(reader, groupField);
      case SORTED_NUMERIC ->
          single(
              DocValues.unwrapSingleton(DocValues.getSortedNumeric(reader, groupField)),
              groupField);
      case null, default -> null;
    };
  }

  private static SortedDocValues words(LeafReader reader, String groupField) throws IOException {
    return switch (type(reader, groupField)) {
      case null -> DocValues.emptySorted();
      case SORTED -> DocValues.getSorted(reader, groupField);
      case SORTED_SET ->
          single(DocValues.unwrapSingleton(DocValues.getSortedSet(reader, groupField)), groupField);
      case DocValuesType other ->
          throw new IllegalArgumentException(
              String.format(
                  Locale.ROOT,
                  "field \"%s\": groups are values of sorted or numeric doc values, these are %s",
                  groupField,
                  other));
    };
  }

  private static <T> T single(T values, String groupField) {
    if (values == null) {
      throw new IllegalArgumentException(
          "field \"" + groupField + "\": a document has several values, a group is one value");
    }
    return values;
  }
}
