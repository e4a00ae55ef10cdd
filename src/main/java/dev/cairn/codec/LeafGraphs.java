/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.codec;

import java.lang.reflect.Method;
import org.apache.lucene.index.CodecReader;
import org.apache.lucene.index.FilterLeafReader;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.search.AcceptDocs;
import org.apache.lucene.search.KnnCollector;

/** Finds the graph behind a leaf, however wrapped, where no wrapper has a say in its searches. */
final class LeafGraphs {
  /** Whether a class of wrappers leaves vector searches to what it wraps. */
  private static final ClassValue<Boolean> IS_TRANSPARENT =
      new ClassValue<>() {
        @Override
        protected Boolean computeValue(Class<?> wrapper) {
          return isInherited(wrapper, float[].class) && isInherited(wrapper, byte[].class);
        }
      };

  private LeafGraphs() {}

  private static boolean isInherited(Class<?> wrapper, Class<?> vector) {
    try {
      Method search =
          wrapper.getMethod(
              "searchNearestVectors", String.class, vector, KnnCollector.class, AcceptDocs.class);
      return search.getDeclaringClass() == FilterLeafReader.class;
    } catch (NoSuchMethodException e) {
      throw new AssertionError("every leaf reader searches", e);
    }
  }

  /**
   * The graph that a leaf's own search of a field would come to, or null where that is not certain
   * or it is of another format. Which documents are live only the leaf itself can say.
   */
  static FieldGraph find(LeafReader leaf, String field) {
    LeafReader reader = leaf;
    while (reader instanceof FilterLeafReader wrapper && IS_TRANSPARENT.get(wrapper.getClass())) {
      reader = wrapper.getDelegate();
    }
    return reader instanceof CodecReader segment ? FieldGraph.of(segment, field) : null;
  }
}
