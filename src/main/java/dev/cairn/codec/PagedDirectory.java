/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.codec;

import java.io.IOException;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FilterDirectory;
import org.apache.lucene.store.FilterIndexOutput;
import org.apache.lucene.store.IOContext;
import org.apache.lucene.store.IndexOutput;

/**
 * A directory whose files are written in pieces that end where pages do. Vectors and blocks are
 * longer than a tenth of the buffer of Lucene's outputs, so that what those hand on ends somewhere
 * within a page. Of each such page the system first fills the rest with zeros: a third of the time
 * of writing them.
 */
final class PagedDirectory extends FilterDirectory {
  PagedDirectory(Directory in) {
    super(in);
  }

  @Override
  public IndexOutput createOutput(String name, IOContext context) throws IOException {
    return new PagedOutput(in.createOutput(name, context));
  }

  /** An output with a buffer of its own. */
  private static final class PagedOutput extends FilterIndexOutput {
    /** A multiple of pages, and of the pieces of 8 KiB that Lucene's outputs make of it. */
    private static final int PIECE = 1 << 15;

    private final byte[] piece = new byte[PIECE];
    private int size;

    PagedOutput(IndexOutput out) {
      super("in pages: " + out, out.getName(), out);
    }

    @Override
    public void writeByte(byte b) throws IOException {
      if (size == PIECE) {
        flush();
      }
      piece[size++] = b;
    }

    @Override
    public void writeBytes(byte[] bytes, int offset, int length) throws IOException {
      for (int done = 0; done < length; ) {
        if (size == PIECE) {
          flush();
        }
        int count = Math.min(length - done, PIECE - size);
        System.arraycopy(bytes, offset + done, piece, size, count);
        size += count;
        done += count;
      }
    }

    private void flush() throws IOException {
      int count = size;
      // not to be written again where this fails
      size = 0;
      out.writeBytes(piece, 0, count);
    }

    @Override
    public long getFilePointer() {
      return out.getFilePointer() + size;
    }

    @Override
    public long getChecksum() throws IOException {
      flush();
      return out.getChecksum();
    }

    @Override
    public void close() throws IOException {
      try (out) {
        // nothing more where it is closed already
        if (size > 0) {
          flush();
        }
      }
    }
  }
}
