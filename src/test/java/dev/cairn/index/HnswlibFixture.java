/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.index;

import dev.cairn.index.HnswIndex.Space;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.apache.lucene.util.Unwrappable;

/**
 * A file that hnswlib 0.8 has saved, the rows it was made of, and hnswlib's own answers at ef=50,
 * k=10. In insertion order: every seventeenth element is marked deleted.
 */
record HnswlibFixture(
    Space space,
    byte[] file,
    float[][] vectors,
    long[] labels,
    long[] deleted,
    float[][] queries,
    long[][] answers,
    float[][] distances) {
  static final int EF = 50;
  static final int K = 10;

  static HnswlibFixture of(Space space) throws Exception {
    int dim =
        switch (space) {
          case L2 -> 32;
          case IP -> 48;
          case COSINE -> 25;
        };
    String name = space.name().toLowerCase(Locale.ROOT);
    long[] answers = longs(name + ".answers.labels.i64");
    long[][] rows = new long[answers.length / K][K];
    for (int i = 0; i < answers.length; i++) {
      rows[i / K][i % K] = answers[i];
    }
    return new HnswlibFixture(
        space,
        bytes(name + ".hnsw"),
        floats(name + ".vectors.f32", dim),
        longs(name + ".labels.i64"),
        longs(name + ".deleted.i64"),
        floats(name + ".queries.f32", dim),
        rows,
        floats(name + ".answers.distances.f32", K));
  }

  /** Writes the file somewhere. */
  Path save(Path directory) throws Exception {
    return write(directory.resolve(space + ".hnsw"), file);
  }

  /** Writes a file and names it without the file systems of the tests, which do not map. */
  static Path write(Path path, byte[] bytes) throws Exception {
    return Unwrappable.unwrapAll(Files.write(path, bytes));
  }

  private static byte[] bytes(String name) throws Exception {
    try (InputStream in = HnswlibFixture.class.getResourceAsStream("hnswlib/" + name)) {
      return in.readAllBytes();
    }
  }

  private static ByteBuffer buffer(String name) throws Exception {
    return ByteBuffer.wrap(bytes(name)).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static long[] longs(String name) throws Exception {
    ByteBuffer buffer = buffer(name);
    long[] longs = new long[buffer.remaining() / Long.BYTES];
    buffer.asLongBuffer().get(longs);
    return longs;
  }

  private static float[][] floats(String name, int columns) throws Exception {
    ByteBuffer buffer = buffer(name);
    float[][] rows = new float[buffer.remaining() / Float.BYTES / columns][columns];
    var floats = buffer.asFloatBuffer();
    for (float[] row : rows) {
      floats.get(row);
    }
    return rows;
  }
}
