/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.codec;

import dev.cairn.graph.JointBlocks;
import dev.cairn.graph.NodeSet;
import java.io.IOException;
import java.util.Arrays;
import java.util.function.IntPredicate;
import org.apache.lucene.search.AcceptDocs;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.util.BitSet;
import org.apache.lucene.util.Bits;
import org.apache.lucene.util.FixedBitSet;
import org.apache.lucene.util.LiveDocs;

/**
 * The nodes of a segment's layer 0 whose documents are accepted. Sets of documents become sets of
 * nodes a word at a time; only where there is no set but a test of each document is it asked node
 * by node, when a search meets one.
 */
final class AcceptedNodes {
  /** Documents that are tested to estimate how many are accepted. */
  private static final int SAMPLE = 256;

  /** What near-real-time readers have for the documents that are not deleted; it is not public. */
  private static final Class<?> READ_ONLY_SET = new FixedBitSet(1).asReadOnlyBits().getClass();

  private final long[] words;
  private final IntPredicate test;
  private final int size;
  private final int count;

  private AcceptedNodes(long[] words, IntPredicate test, int size, int count) {
    this.words = words;
    this.test = test;
    this.size = size;
    this.count = count;
  }

  /** The accepted nodes, or null when all are. */
  static AcceptedNodes of(FieldGraph graph, SearchContext context, AcceptDocs acceptDocs)
      throws IOException {
    Bits bits = acceptDocs.bits();
    if (bits == null) {
      return null;
    }
    int size = context.meta().size();
    if (bits instanceof BitSet set) {
      return ofWords(graph, context, docWords(set), set.length(), acceptDocs.cost());
    }
    // where there are deletions but no filter, Lucene says that all documents are accepted
    boolean isUncounted = acceptDocs.cost() == bits.length();
    if (isUncounted && isKept(bits)) {
      return graph.liveNodes(bits, context);
    }
    int docs = isUncounted ? estimatedCount(bits) : acceptDocs.cost();
    return new AcceptedNodes(
        null, ordinal -> bits.get(context.docOf(ordinal)), size, Math.min(size, docs));
  }

  /**
   * Whether a reader hands out the same object for each search, so that making a set of it pays.
   * Readers that wrap others, such as those with a time limit, make a new one each time.
   */
  private static boolean isKept(Bits bits) {
    return bits instanceof LiveDocs || bits.getClass() == READ_ONLY_SET;
  }

  /** About how many documents are accepted, by a sample of them; at least 1. */
  private static int estimatedCount(Bits bits) {
    int step = Math.max(1, bits.length() / SAMPLE);
    int tested = 0;
    int accepted = 0;
    for (int doc = step / 2; doc < bits.length(); doc += step) {
      tested++;
      accepted += bits.get(doc) ? 1 : 0;
    }
    return tested == 0 ? 1 : (int) Math.max(1, (long) accepted * bits.length() / tested);
  }

  /** All of so many nodes. */
  static AcceptedNodes all(int size) {
    FixedBitSet nodes = new FixedBitSet(size);
    nodes.set(0, size);
    return new AcceptedNodes(nodes.getBits(), null, size, size);
  }

  /** The nodes of documents that are not deleted. */
  static AcceptedNodes live(FieldGraph graph, SearchContext context, Bits live) throws IOException {
    FixedBitSet docs = new FixedBitSet(live.length());
    docs.set(0, live.length());
    live.applyMask(docs, 0);
    return ofWords(graph, context, docs.getBits(), docs.length(), docs.cardinality());
  }

  private static AcceptedNodes ofWords(
      FieldGraph graph, SearchContext context, long[] docs, int maxDoc, int count)
      throws IOException {
    int size = context.meta().size();
    if (context.isDense()) {
      if (maxDoc <= size) {
        return new AcceptedNodes(docs, null, size, count);
      }
      // documents after the last that has a vector
      long[] words = clipped(docs, size);
      return new AcceptedNodes(words, null, size, cardinality(words));
    }
    long[] words = compress(docs, graph.docsWithVectors(context, maxDoc), size);
    return new AcceptedNodes(words, null, size, cardinality(words));
  }

  private static long[] clipped(long[] docs, int size) {
    long[] words = Arrays.copyOf(docs, (size + 63) >>> 6);
    if ((size & 63) != 0) {
      words[words.length - 1] &= (1L << size) - 1;
    }
    return words;
  }

  private static int cardinality(long[] words) {
    int count = 0;
    for (long word : words) {
      count += Long.bitCount(word);
    }
    return count;
  }

  private static long[] docWords(BitSet set) {
    if (set instanceof FixedBitSet fixed) {
      return fixed.getBits();
    }
    long[] words = new long[(set.length() + 63) >>> 6];
    int doc = set.length() == 0 ? DocIdSetIterator.NO_MORE_DOCS : set.nextSetBit(0);
    while (doc != DocIdSetIterator.NO_MORE_DOCS) {
      words[doc >>> 6] |= 1L << doc;
      doc = doc + 1 == set.length() ? DocIdSetIterator.NO_MORE_DOCS : set.nextSetBit(doc + 1);
    }
    return words;
  }

  /** From documents to nodes: those bits that stand where there are vectors, closed up. */
  private static long[] compress(long[] docs, long[] withVectors, int size) {
    long[] nodes = new long[((size + 63) >>> 6) + 1];
    long at = 0;
    int words = Math.min(docs.length, withVectors.length);
    for (int i = 0; i < words; i++) {
      long present = withVectors[i];
      if (present == 0) {
        continue;
      }
      long bits = Long.compress(docs[i], present);
      int word = (int) (at >>> 6);
      int shift = (int) at & 63;
      nodes[word] |= bits << shift;
      if (shift != 0) {
        nodes[word + 1] |= bits >>> (64 - shift);
      }
      at += Long.bitCount(present);
    }
    return nodes;
  }

  int count() {
    return count;
  }

  NodeSet set() {
    return words != null ? NodeSet.of(words) : NodeSet.of(test);
  }

  private static boolean areListed(AcceptedNodes[] parts) {
    for (AcceptedNodes part : parts) {
      if (part.words == null) {
        return false;
      }
    }
    return true;
  }

  /** Nodes of several graphs as nodes of their joint layer. */
  static NodeSet join(AcceptedNodes[] parts, SearchContext[] contexts, JointBlocks graphs) {
    if (!areListed(parts)) {
      return NodeSet.of(
          node -> {
            int graph = graphs.graph(node);
            int ordinal = node - graphs.base(graph);
            return ordinal < contexts[graph].meta().size() && parts[graph].contains(ordinal);
          });
    }
    long[] joint = new long[(int) (((long) graphs.base(parts.length) + 63) >>> 6)];
    for (int i = 0; i < parts.length; i++) {
      long[] words = parts[i].words;
      int count = (contexts[i].meta().size() + 63) >>> 6;
      System.arraycopy(words, 0, joint, graphs.base(i) >>> 6, Math.min(count, words.length));
    }
    return NodeSet.of(joint);
  }

  private boolean contains(int ordinal) {
    return words != null
        ? (words[ordinal >>> 6] >>> ordinal & 1) != 0
        : ordinal < size && test.test(ordinal);
  }
}
