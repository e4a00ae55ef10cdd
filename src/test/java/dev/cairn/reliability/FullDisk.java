/* SPDX-License-Identifier: Apache-2.0 */
package dev.cairn.reliability;

import java.io.IOException;
import java.util.Collection;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.lucene.index.IndexFileNames;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FilterDirectory;
import org.apache.lucene.store.FilterIndexOutput;
import org.apache.lucene.store.IOContext;
import org.apache.lucene.store.IndexOutput;

/**
 * A directory that fails from a certain write on, as one does whose disk is full, or at that write
 * alone. Creating, syncing and renaming files counts, too. In files of vectors each byte counts
 * that is written by itself.
 */
final class FullDisk extends FilterDirectory {
  private static final Set<String> VECTORS = Set.of("vec", "vemf", "vcm", "vex");

  private final AtomicLong writes = new AtomicLong();
  private volatile long first = Long.MAX_VALUE;
  private volatile long last = Long.MAX_VALUE;
  private volatile boolean isMet;

  FullDisk(Directory in) {
    super(in);
  }

  /** How many writes there were. */
  long writes() {
    return writes.get();
  }

  /** From now on fails at the write of a number, counted from now on. */
  void failAt(long write, boolean isFull) {
    isMet = false;
    first = writes.get() + write;
    last = isFull ? Long.MAX_VALUE : first;
  }

  /** Fails no more; returns whether it did. */
  boolean end() {
    first = Long.MAX_VALUE;
    return isMet;
  }

  private void write(String file) throws IOException {
    long write = writes.getAndIncrement();
    if (write >= first && write <= last) {
      isMet = true;
      throw new IOException("No space left on device: " + file);
    }
  }

  private IndexOutput counted(IndexOutput out) {
    boolean isOfVectors = VECTORS.contains("" + IndexFileNames.getExtension(out.getName()));
    return new FilterIndexOutput("counted", out.getName(), out) {
      @Override
      public void writeByte(byte b) throws IOException {
        if (isOfVectors) {
          write(getName());
        }
        out.writeByte(b);
      }

      @Override
      public void writeBytes(byte[] bytes, int offset, int length) throws IOException {
        write(getName());
        out.writeBytes(bytes, offset, length);
      }
    };
  }

  @Override
  public IndexOutput createOutput(String name, IOContext context) throws IOException {
    write(name);
    return counted(super.createOutput(name, context));
  }

  @Override
  public IndexOutput createTempOutput(String prefix, String suffix, IOContext context)
      throws IOException {
    write(prefix + suffix);
    return counted(super.createTempOutput(prefix, suffix, context));
  }

  @Override
  public void sync(Collection<String> names) throws IOException {
    write(names.toString());
    super.sync(names);
  }

  @Override
  public void rename(String source, String destination) throws IOException {
    write(destination);
    super.rename(source, destination);
  }
}
