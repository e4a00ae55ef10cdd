/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.codec;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.apache.lucene.index.CorruptIndexException;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexFormatTooNewException;
import org.apache.lucene.index.IndexFormatTooOldException;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.VectorEncoding;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.store.NIOFSDirectory;
import org.apache.lucene.tests.util.LuceneTestCase;

/**
 * Files that were damaged, or forged with a checksum that fits: reported as such, never trusted.
 */
public class DamagedFilesTest extends LuceneTestCase {
  private static final int FOOTER = 16;

  private Path home;

  @Override
  public void setUp() throws Exception {
    super.setUp();
    home = createTempDir();
    VectorCorpus corpus =
        new VectorCorpus(
            "vector",
            VectorEncoding.FLOAT32,
            VectorSimilarityFunction.COSINE,
            10,
            random().nextLong());
    IndexWriterConfig config = new IndexWriterConfig().setUseCompoundFile(false);
    config.setCodec(new CairnCodec(new CairnHnswVectorsFormat(4, 20)));
    try (NIOFSDirectory directory = new NIOFSDirectory(home);
        IndexWriter writer = new IndexWriter(directory, config)) {
      for (int id = 0; id < 100; id++) {
        writer.addDocument(corpus.documentWithVector(id));
      }
    }
  }

  private Path file(String extension) throws IOException {
    try (Stream<Path> files = Files.list(home)) {
      return files
          .filter(file -> file.getFileName().toString().endsWith("." + extension))
          .findFirst()
          .orElseThrow();
    }
  }

  /** What opening, searching and checking the index end with; null when all is well. */
  private Throwable open() {
    try (NIOFSDirectory directory = new NIOFSDirectory(home);
        DirectoryReader reader = DirectoryReader.open(directory)) {
      reader.leaves().get(0).reader().checkIntegrity();
      return null;
    } catch (Throwable e) {
      return e;
    }
  }

  private static boolean isReported(Throwable failure) {
    return failure instanceof CorruptIndexException
        || failure instanceof IndexFormatTooNewException
        || failure instanceof IndexFormatTooOldException;
  }

  public void testEveryBitCounts() throws IOException {
    assertNull(open());
    for (String extension : new String[] {"vcm", "vex"}) {
      Path file = file(extension);
      byte[] bytes = Files.readAllBytes(file);
      int step = 1 + bytes.length / 300;
      for (int i = random().nextInt(step); i < bytes.length; i += step) {
        byte[] damaged = bytes.clone();
        damaged[i] ^= (byte) (1 << random().nextInt(8));
        Files.write(file, damaged);
        Throwable failure = open();
        assertTrue(extension + ", byte " + i + ": " + failure, isReported(failure));
      }
      Files.write(file, bytes);
    }
    assertNull(open());
  }

  public void testTruncatedFiles() throws IOException {
    for (String extension : new String[] {"vcm", "vex"}) {
      Path file = file(extension);
      byte[] bytes = Files.readAllBytes(file);
      for (int length : new int[] {0, 1, 20, 60, bytes.length / 2, bytes.length - 1}) {
        Files.write(file, Arrays.copyOf(bytes, length));
        Throwable failure = open();
        assertTrue(extension + " of " + length + " bytes: " + failure, failure != null);
        assertTrue(
            extension + " of " + length + " bytes: " + failure, failure instanceof IOException);
      }
      Files.write(file, bytes);
    }
  }

  /** Metadata that no writer writes, under a checksum that fits. */
  public void testForgedMetadata() throws IOException {
    Path file = file("vcm");
    byte[] bytes = Files.readAllBytes(file);
    int rejected = 0;
    for (int i = 0; i < bytes.length - FOOTER; i++) {
      for (int value : new int[] {0, 1, 2, 0x7f, 0x80, 0xff}) {
        byte[] forged = bytes.clone();
        forged[i] = (byte) value;
        sign(forged);
        Files.write(file, forged);
        Throwable failure = open();
        if (failure != null) {
          rejected++;
          assertTrue("byte " + i + " = " + value + ": " + failure, isReported(failure));
        }
      }
    }
    assertTrue(rejected + " rejected", rejected > 2 * bytes.length);
  }

  /** Makes the checksum in the footer that of the bytes before it. */
  private static void sign(byte[] bytes) {
    CRC32 checksum = new CRC32();
    checksum.update(bytes, 0, bytes.length - Long.BYTES);
    ByteBuffer.wrap(bytes).putLong(bytes.length - Long.BYTES, checksum.getValue());
  }
}
