/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.index;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.UnaryOperator;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig.OpenMode;
import org.apache.lucene.util.IOUtils;

/** The parts of an index that is open, and how it is made durable. */
final class OpenIndex implements Closeable {
  private final IndexStorage storage;
  private final IndexWriter writer;
  private final Analyzer analyzer;
  private final ElementWriter elements;
  private final Views views;
  private volatile IndexSettings settings;

  /** Opens what is in a directory, or begins anew. */
  OpenIndex(IndexStorage storage, IndexSettings settings, Analyzer analyzer, OpenMode mode)
      throws IOException {
    this.storage = storage;
    this.settings = settings;
    this.analyzer = analyzer;
    this.writer = storage.openWriter(settings, analyzer, mode);
    try {
      this.elements =
          new ElementWriter(
              writer, settings.space(), settings.maxElements(), settings.allowReplaceDeleted());
      this.views = openViews();
    } catch (Throwable t) {
      IOUtils.closeWhileSuppressingExceptions(t, writer::rollback);
      throw t;
    }
  }

  private Views openViews() throws IOException {
    Views opened = new Views(writer, elements);
    try {
      opened.call(this::register);
      return opened;
    } catch (Throwable t) {
      IOUtils.closeWhileSuppressingExceptions(t, opened);
      throw t;
    }
  }

  private Void register(IndexView view) throws IOException {
    for (Leaf leaf : view.leaves()) {
      leaf.register(elements);
    }
    return null;
  }

  IndexSettings settings() {
    return settings;
  }

  /** Changes settings; several threads may do so at once. */
  synchronized void change(UnaryOperator<IndexSettings> change) {
    settings = change.apply(settings);
  }

  ElementWriter elements() {
    return elements;
  }

  Views views() {
    return views;
  }

  /** Merges everything into one segment. */
  void mergeAll() throws IOException {
    // merges have threads of their own; so has this, for interrupting the caller is to do no harm
    Uninterrupted.run(writer::flush);
    writer.forceMerge(1);
  }

  boolean isTemporary() {
    return storage.isTemporary();
  }

  void commit() throws IOException {
    writer.setLiveCommitData(settings.toCommitData().entrySet());
    writer.commit();
  }

  /** Commits, and copies the commit if it is to be elsewhere. */
  void save(Path path) throws IOException {
    commit();
    if (!storage.isAt(path)) {
      storage.copyTo(path, settings, analyzer);
    }
  }

  /** Lets go of the index without a commit; its storage stays open. */
  void abandon() throws IOException {
    IOUtils.close(views, writer::rollback);
  }

  /** Commits what is to stay. */
  @Override
  public void close() throws IOException {
    IOUtils.close(
        storage.isTemporary() || !writer.isOpen() ? null : this::commit, this::abandon, storage);
  }
}
