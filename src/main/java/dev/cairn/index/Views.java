/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.index;

import java.io.Closeable;
import java.io.IOException;
import org.apache.lucene.document.Field;
import org.apache.lucene.index.CorruptIndexException;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.search.SearcherManager;
import org.apache.lucene.store.AlreadyClosedException;

/** Gives views in which every write that has ended can be seen, and marks documents in them. */
final class Views implements Closeable, ElementWriter.Marker {
  private final IndexWriter writer;
  private final ElementWriter elements;
  private final SearcherManager manager;
  private final Object refreshing = new Object();
  private volatile long seenMoves;
  private volatile long seenMarks;

  Views(IndexWriter writer, ElementWriter elements) throws IOException {
    this.writer = writer;
    this.elements = elements;
    this.manager = new SearcherManager(writer, new IndexView.Factory());
  }

  /** Work on a view. */
  @FunctionalInterface
  interface Task<T> {
    T run(IndexView view) throws IOException;
  }

  /** Runs a task on a view that shows all that was written until now. */
  <T> T call(Task<T> task) throws IOException {
    if (seenMarks < elements.marks()) {
      refresh();
    }
    return callUnmarked(task);
  }

  /** The same, but marks set lately may be missing. */
  private <T> T callUnmarked(Task<T> task) throws IOException {
    if (seenMoves < elements.moves()) {
      refresh();
    }
    IndexView view = acquire();
    try {
      return task.run(view);
    } finally {
      manager.release(view);
    }
  }

  private IndexView acquire() throws IOException {
    try {
      return (IndexView) manager.acquire();
    } catch (AlreadyClosedException e) {
      throw new IllegalStateException("the index is closed", e);
    }
  }

  private void refresh() throws IOException {
    long moves = elements.moves();
    long marks = elements.marks();
    synchronized (refreshing) {
      if (seenMoves >= moves && seenMarks >= marks) {
        return; // another thread was quicker
      }
      moves = elements.moves();
      marks = elements.marks();
      manager.maybeRefreshBlocking();
      seenMoves = moves;
      seenMarks = marks;
    }
  }

  /** Whether a label's element can be seen marked is up to Lucene's soft deletes. */
  @Override
  public void mark(long label, boolean isDeleted) throws IOException {
    Field mark = isDeleted ? Fields.deletedMark() : Fields.noDeletedMark();
    // a merge may have moved the document since the view was made
    while (!callUnmarked(view -> tryMark(view, label, mark))) {
      synchronized (refreshing) {
        manager.maybeRefreshBlocking();
      }
    }
  }

  private boolean tryMark(IndexView view, long label, Field mark) throws IOException {
    for (Leaf leaf : view.leaves()) {
      int doc = leaf.find(leaf.labelTerms(), label);
      if (doc >= 0) {
        return writer.tryUpdateDocValue(leaf.reader(), doc, mark) >= 0;
      }
    }
    throw new CorruptIndexException("no element has the label " + label, writer.toString());
  }

  @Override
  public void close() throws IOException {
    manager.close();
  }
}
