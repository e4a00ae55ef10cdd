/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.codec;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.lucene.index.IndexFileNames;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FilterDirectory;
import org.apache.lucene.store.FilterIndexInput;
import org.apache.lucene.store.IOContext;
import org.apache.lucene.store.IndexInput;

/**
 * A directory that counts the rows and blocks read from each kind of file, a read being what is
 * copied at once. It maps nothing, so every access of a search is one it can count.
 */
final class ReadCounts extends FilterDirectory {
  private final Map<String, AtomicInteger> counts = new ConcurrentHashMap<>();

  ReadCounts(Directory in) {
    super(in);
  }

  /** Reads since the last call, from files with an extension. */
  int take(String extension) {
    return counter(extension).getAndSet(0);
  }

  private AtomicInteger counter(String extension) {
    return counts.computeIfAbsent(extension, e -> new AtomicInteger());
  }

  @Override
  public IndexInput openInput(String name, IOContext context) throws IOException {
    return new Counted(
        in.openInput(name, context), counter(String.valueOf(IndexFileNames.getExtension(name))));
  }

  private static final class Counted extends FilterIndexInput {
    private final AtomicInteger reads;

    private Counted(IndexInput in, AtomicInteger reads) {
      super(in.toString(), in);
      this.reads = reads;
    }

    @Override
    public void readBytes(byte[] bytes, int offset, int length) throws IOException {
      reads.incrementAndGet();
      in.readBytes(bytes, offset, length);
    }

    @Override
    public void readFloats(float[] floats, int offset, int length) throws IOException {
      reads.incrementAndGet();
      in.readFloats(floats, offset, length);
    }

    @Override
    public IndexInput clone() {
      return new Counted(in.clone(), reads);
    }

    @Override
    public IndexInput slice(String description, long offset, long length) throws IOException {
      return new Counted(in.slice(description, offset, length), reads);
    }

    @Override
    public IndexInput slice(String description, long offset, long length, IOContext context)
        throws IOException {
      return new Counted(in.slice(description, offset, length, context), reads);
    }
  }
}
