/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.index;

import java.util.Arrays;
import org.apache.lucene.search.AbstractKnnCollector;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TopDocs;
import org.apache.lucene.search.TotalHits;
import org.apache.lucene.search.knn.KnnSearchStrategy;

/**
 * Collects the documents of a segment whose score is among the {@code k} best, and all that tie
 * with the last of them. Scores are floats that flatten differences: where vectors are tiny, 1/(1 +
 * d) is 1 for all of them. The caller tells the ties apart by distance.
 */
final class NearestCollector extends AbstractKnnCollector {
  private final float[] heap;
  private int heapSize;
  private int[] docs;
  private float[] scores;
  private int count;

  NearestCollector(int k, KnnSearchStrategy strategy) {
    super(k, Long.MAX_VALUE, strategy);
    this.heap = new float[k];
    this.docs = new int[4 * k + 64];
    this.scores = new float[docs.length];
  }

  @Override
  public boolean collect(int doc, float score) {
    if (heapSize == heap.length && score < heap[0]) {
      return false;
    }
    boolean isBetter = heapSize < heap.length || score > heap[0];
    if (count == docs.length) {
      makeRoom();
    }
    docs[count] = doc;
    scores[count++] = score;
    if (heapSize < heap.length) {
      siftUp(score);
    } else if (isBetter) {
      siftDown(score);
    }
    return isBetter;
  }

  private void siftUp(float score) {
    int i = heapSize++;
    for (int up = (i - 1) >> 1; i > 0 && heap[up] > score; up = (i - 1) >> 1) {
      heap[i] = heap[up];
      i = up;
    }
    heap[i] = score;
  }

  private void siftDown(float score) {
    int i = 0;
    for (int child = 1; child < heapSize; child = 2 * i + 1) {
      if (child + 1 < heapSize && heap[child + 1] < heap[child]) {
        child++;
      }
      if (heap[child] >= score) {
        break;
      }
      heap[i] = heap[child];
      i = child;
    }
    heap[i] = score;
  }

  /** Drops what fell behind; what ties with the worst of the best stays, however much it is. */
  private void makeRoom() {
    dropWorse();
    if (2 * count > docs.length) {
      docs = Arrays.copyOf(docs, 2 * docs.length);
      scores = Arrays.copyOf(scores, docs.length);
    }
  }

  private void dropWorse() {
    float least = minCompetitiveSimilarity();
    int kept = 0;
    for (int i = 0; i < count; i++) {
      if (scores[i] >= least) {
        docs[kept] = docs[i];
        scores[kept++] = scores[i];
      }
    }
    count = kept;
  }

  /** Ends collecting; returns how many documents there are. */
  int finish() {
    dropWorse();
    return count;
  }

  /** The {@code i}-th document, in no order. */
  int doc(int i) {
    return docs[i];
  }

  @Override
  public int numCollected() {
    return heapSize;
  }

  @Override
  public float minCompetitiveSimilarity() {
    return heapSize < heap.length ? Float.NEGATIVE_INFINITY : heap[0];
  }

  @Override
  public TopDocs topDocs() {
    dropWorse();
    ScoreDoc[] hits = new ScoreDoc[count];
    for (int i = 0; i < count; i++) {
      hits[i] = new ScoreDoc(docs[i], scores[i]);
    }
    Arrays.sort(hits, (a, b) -> Float.compare(b.score, a.score));
    return new TopDocs(
        new TotalHits(visitedCount(), TotalHits.Relation.EQUAL_TO),
        Arrays.copyOf(hits, Math.min(k(), count)));
  }
}
