/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.index;

import dev.cairn.index.HnswIndex.Space;
import dev.cairn.index.LabelTable.State;
import dev.cairn.index.LabelTable.Stripe;
import java.io.IOException;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.lucene.document.Document;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexableField;

/**
 * Adds, replaces and marks elements. Which labels there are is kept on the heap, so that adding
 * needs no look at the index; each operation on a label holds the lock of its stripe.
 */
final class ElementWriter {
  private final IndexWriter writer;
  private final Space space;
  private final boolean allowReplaceDeleted;
  private final LabelTable table = new LabelTable();

  /** Labels, marked deleted ones included. */
  private final AtomicLong count = new AtomicLong();

  /** Labels whose place may be taken; none unless replacing is allowed. */
  private final Set<Long> vacant = new LinkedHashSet<>();

  /** Documents added, replaced and deleted so far. */
  private final AtomicLong moves = new AtomicLong();

  /** Marks set and taken away so far. */
  private final AtomicLong marks = new AtomicLong();

  private volatile long maxElements;

  ElementWriter(IndexWriter writer, Space space, long maxElements, boolean allowReplaceDeleted) {
    this.writer = writer;
    this.space = space;
    this.maxElements = maxElements;
    this.allowReplaceDeleted = allowReplaceDeleted;
  }

  /** Takes note of an element that is in the index already; false if its label is taken. */
  boolean register(long label, boolean isDeleted) {
    Stripe stripe = table.stripe(label);
    synchronized (stripe) {
      if (stripe.get(label) != State.ABSENT) {
        return false;
      }
      put(stripe, label, isDeleted ? State.DELETED : State.UNMARKED);
      count.incrementAndGet();
      return true;
    }
  }

  long count() {
    return count.get();
  }

  long moves() {
    return moves.get();
  }

  long marks() {
    return marks.get();
  }

  long[] labels() {
    return table.labels();
  }

  State state(long label) {
    return table.state(label);
  }

  long maxElements() {
    return maxElements;
  }

  void resize(long newMaxElements) {
    if (newMaxElements < count.get()) {
      throw new IllegalArgumentException(
          "maxElements must be at least the number of elements, "
              + count.get()
              + ", got "
              + newMaxElements);
    }
    maxElements = newMaxElements;
  }

  /** Refuses a batch of new labels that cannot fit, before any of it is added. */
  void checkCapacity(long[] labels, boolean replaceDeleted) {
    long free = maxElements - count.get();
    if (replaceDeleted) {
      synchronized (vacant) {
        free += vacant.size();
      }
    }
    if (labels.length <= free) {
      return;
    }
    Set<Long> absent = new HashSet<>();
    for (long label : labels) {
      if (table.state(label) == State.ABSENT) {
        absent.add(label);
      }
    }
    if (absent.size() > free) {
      throw full(absent.size());
    }
  }

  private IllegalStateException full(int added) {
    return new IllegalStateException(
        "the number of elements exceeds maxElements: "
            + count.get()
            + " elements, "
            + added
            + " to add, maxElements "
            + maxElements
            + " (see resizeIndex)");
  }

  /**
   * Adds an element, or replaces that of the same label.
   *
   * @param prepared the vector in the form in which it is stored
   * @param replaceDeleted whether a new label takes the place of a deleted one, if there is one
   * @param marker what replaces an element whose mark was taken away
   */
  void add(
      float[] prepared,
      long label,
      Iterable<? extends IndexableField> extra,
      boolean replaceDeleted,
      Marker marker)
      throws IOException {
    Document document = Fields.document(space, prepared, label, extra);
    while (replaceDeleted && table.state(label) == State.ABSENT) {
      Long deleted = takeVacant();
      if (deleted == null) {
        break;
      }
      if (replace(deleted, label, document)) {
        return;
      }
    }
    Stripe stripe = table.stripe(label);
    synchronized (stripe) {
      State state = stripe.get(label);
      if (state == State.DELETED && allowReplaceDeleted && !replaceDeleted) {
        throw new IllegalStateException(
            "the label "
                + label
                + " is marked deleted: where replacing deleted elements is allowed, it can only be"
                + " added again with replaceDeleted");
      }
      if (state == State.ABSENT) {
        reserve();
        boolean isAdded = false;
        try {
          writer.addDocument(document);
          isAdded = true;
        } finally {
          if (!isAdded) {
            count.decrementAndGet();
          }
        }
      } else if (state == State.UNMARKED) {
        try {
          marker.replaceUnmarked(label, document);
        } finally {
          marks.incrementAndGet(); // a view may show the mark that a refused document had set
        }
      } else {
        writer.updateDocument(Fields.term(label), document);
      }
      moves.incrementAndGet();
      put(stripe, label, State.LIVE);
    }
  }

  private void reserve() {
    long before = count.getAndIncrement();
    if (before >= maxElements) {
      count.decrementAndGet();
      throw full(1);
    }
  }

  /** Some label whose place may be taken, which nobody else gets; null without any. */
  private Long takeVacant() {
    synchronized (vacant) {
      Iterator<Long> labels = vacant.iterator();
      if (!labels.hasNext()) {
        return null;
      }
      Long label = labels.next();
      labels.remove();
      return label;
    }
  }

  /**
   * Puts a new element in the place of a deleted one. Lucene deletes the old document only when it
   * has taken the new one: if it refuses that, the deleted element is still there.
   *
   * @return false if other threads have added the new label or brought the deleted one back
   */
  private boolean replace(long deleted, long label, Document document) throws IOException {
    Stripe from = table.stripe(deleted);
    Stripe to = table.stripe(label);
    boolean isFromFirst = from.number() < to.number();
    synchronized (isFromFirst ? from : to) {
      synchronized (isFromFirst ? to : from) {
        if (from.get(deleted) != State.DELETED) {
          return false;
        }
        boolean isReplaced = false;
        try {
          if (to.get(label) == State.ABSENT) {
            writer.updateDocument(Fields.term(deleted), document);
            isReplaced = true;
          }
        } finally {
          put(from, deleted, isReplaced ? State.ABSENT : State.DELETED); // vacant again if not
        }
        if (isReplaced) {
          moves.incrementAndGet();
          put(to, label, State.LIVE);
        }
        return isReplaced;
      }
    }
  }

  private void put(Stripe stripe, long label, State state) {
    stripe.put(label, state);
    if (allowReplaceDeleted) {
      synchronized (vacant) {
        if (state == State.DELETED) {
          vacant.add(label);
        } else {
          vacant.remove(label);
        }
      }
    }
  }

  /** Finds documents in the index and marks them. */
  interface Marker {
    void mark(long label, boolean isDeleted) throws IOException;

    /**
     * Replaces an element whose mark was taken away since the index was opened. If Lucene refuses
     * the new document, the element is still there, without a mark.
     */
    void replaceUnmarked(long label, Document document) throws IOException;
  }

  /** Marks an element deleted, or takes the mark away. */
  void mark(long label, boolean isDeleted, Marker marker) throws IOException {
    Stripe stripe = table.stripe(label);
    synchronized (stripe) {
      State state = stripe.get(label);
      if (state == State.ABSENT) {
        throw notFound(label);
      }
      if (isDeleted == (state == State.DELETED)) {
        throw new IllegalStateException(
            "the label " + label + (isDeleted ? " is already marked deleted" : " is not deleted"));
      }
      marker.mark(label, isDeleted);
      marks.incrementAndGet();
      put(stripe, label, isDeleted ? State.DELETED : State.UNMARKED);
    }
  }

  static IllegalArgumentException notFound(long label) {
    return new IllegalArgumentException("label not found: " + label);
  }
}
