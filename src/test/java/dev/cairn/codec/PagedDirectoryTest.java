/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.codec;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.lucene.codecs.CodecUtil;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FilterDirectory;
import org.apache.lucene.store.FilterIndexOutput;
import org.apache.lucene.store.IOContext;
import org.apache.lucene.store.IndexInput;
import org.apache.lucene.store.IndexOutput;
import org.junit.Test;

/** What is written through {@link PagedDirectory}, and in which pieces. */
public class PagedDirectoryTest {
  private static final int PAGE = 1 << 12;

  private final Random random = new Random(7);
  private final List<Long> ends = new ArrayList<>();
  private boolean isFull;
  private boolean isClosed;

  /** Notes where pieces end. */
  private Directory watched(Directory in) {
    return new FilterDirectory(in) {
      @Override
      public IndexOutput createOutput(String name, IOContext context) throws IOException {
        return new FilterIndexOutput("watched", name, in.createOutput(name, context)) {
          @Override
          public void writeBytes(byte[] bytes, int offset, int length) throws IOException {
            if (isFull) {
              throw new IOException("no space left");
            }
            super.writeBytes(bytes, offset, length);
            ends.add(getFilePointer());
          }

          @Override
          public void close() throws IOException {
            isClosed = true;
            super.close();
          }
        };
      }
    };
  }

  @Test
  public void piecesEndWherePagesDo() throws IOException {
    byte[] expected = new byte[300_000];
    random.nextBytes(expected);
    try (Directory directory = new ByteBuffersDirectory()) {
      PagedDirectory paged = new PagedDirectory(watched(directory));
      try (IndexOutput out = paged.createOutput("file", IOContext.DEFAULT)) {
        for (int at = 0; at < expected.length; ) {
          assertEquals(at, out.getFilePointer());
          int length =
              Math.min(expected.length - at, random.nextInt(random.nextBoolean() ? 9 : 70_000));
          if (length == 1) {
            out.writeByte(expected[at]);
          } else {
            out.writeBytes(expected, at, length);
          }
          at += length;
        }
        assertEquals(0, out.alignFilePointer(64) % 64);
        CodecUtil.writeFooter(out);
      }
      // the footer asks for the checksum of all before, which ends a piece anywhere
      List<Long> whole = ends.subList(0, ends.size() - 2);
      assertTrue(whole.size() > 5);
      for (long end : whole) {
        assertEquals(0, end % PAGE);
      }
      try (IndexInput in = directory.openInput("file", IOContext.DEFAULT)) {
        byte[] actual = new byte[expected.length];
        in.readBytes(actual, 0, actual.length);
        assertArrayEquals(expected, actual);
        CodecUtil.checksumEntireFile(in);
      }
    }
  }

  @Test
  public void whatCannotBeWrittenIsReportedAndTheFileClosed() throws IOException {
    try (Directory directory = new ByteBuffersDirectory()) {
      IndexOutput out =
          new PagedDirectory(watched(directory)).createOutput("file", IOContext.DEFAULT);
      out.writeBytes(new byte[100], 100);
      isFull = true;
      assertEquals("no space left", assertThrows(IOException.class, out::close).getMessage());
      assertTrue(isClosed);
      out.close();
    }
  }
}
