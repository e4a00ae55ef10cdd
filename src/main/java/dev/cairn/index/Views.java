/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.index;

import java.io.Closeable;
import java.io.IOException;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.index.CorruptIndexException;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.search.SearcherManager;
import org.apache.lucene.store.AlreadyClosedException;
import org.apache.lucene.util.IOUtils;

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
    if (seenMoves < elements.moves() || seenMarks < elements.marks()) {
      refresh();
    }
    return callLatest(task);
  }

  /** The same on the view made last. */
  private <T> T callLatest(Task<T> task) throws IOException {
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
      throw closed(e);
    }
  }

  private IllegalStateException closed(AlreadyClosedException cause) {
    return new IllegalStateException(
        writer.getTragicException() == null
            ? "the index is closed"
            : "files could not be written, so the index must be opened again",
        cause);
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
      refreshManager();
      seenMoves = moves;
      seenMarks = marks;
    }
  }

  private void refreshManager() throws IOException {
    try {
      Uninterrupted.run(manager::maybeRefreshBlocking);
    } catch (AlreadyClosedException e) {
      throw closed(e);
    }
  }

  /** Whether a label's element can be seen marked is up to Lucene's soft deletes. */
  @Override
  public void mark(long label, boolean isDeleted) throws IOException {
    if (seenMoves < elements.moves()) {
      refresh(); // the element may be new
    }
    markSeen(label, isDeleted ? Fields.deletedMark() : Fields.noDeletedMark());
  }

  /** Marks an element that the view made last shows, or takes the mark away. */
  private void markSeen(long label, Field mark) throws IOException {
    // a merge may have moved the document since the view was made
    while (!callLatest(view -> tryMark(view, label, mark))) {
      synchronized (refreshing) {
        refreshManager();
      }
    }
  }

  /**
   * Marks the element again before Lucene deletes it for good. For Lucene applies updates of marks
   * after deletions, and where the last one takes the mark away, the document is live again, even
   * if it was deleted for good. That update need not be a new one: a merge that was under way
   * applies it once more at its end.
   */
  @Override
  public void replaceUnmarked(long label, Document document) throws IOException {
    synchronized (refreshing) { // so that no view lacks both elements
      markSeen(label, Fields.deletedMark()); // shown since its mark was taken away
      try {
        writer.updateDocument(Fields.term(label), document);
      } catch (Throwable t) {
        IOUtils.closeWhileSuppressingExceptions(t, () -> markSeen(label, Fields.noDeletedMark()));
        throw t;
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
