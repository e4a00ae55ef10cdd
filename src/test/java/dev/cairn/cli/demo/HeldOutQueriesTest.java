/* SPDX-License-Identifier: Apache-2.0 */
package dev.cairn.cli.demo;

import static org.junit.Assert.assertEquals;

import dev.cairn.cli.data.VectorFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.TreeSet;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

public class HeldOutQueriesTest {
  private static final int ROWS = 500;
  private static final int DIMENSION = 7;
  private static final int QUERIES = 37;

  @Rule public final TemporaryFolder folder = new TemporaryFolder();

  @Test
  public void queriesAreNotSearched() throws IOException {
    try (VectorFile vectors = randomVectors()) {
      HeldOutQueries data = new HeldOutQueries(vectors, QUERIES);
      assertEquals(ROWS - QUERIES, data.documentCount());
      assertEquals(QUERIES, data.queries().length);
      TreeSet<String> all = new TreeSet<>();
      for (int doc = 0; doc < data.documentCount(); doc++) {
        all.add(Arrays.toString(data.document(doc)));
      }
      for (float[] query : data.queries()) {
        all.add(Arrays.toString(query));
      }
      assertEquals(ROWS, all.size());
    }
  }

  @Test
  public void worstOfBestIsTheScoreAtThatRank() throws IOException {
    try (VectorFile vectors = randomVectors()) {
      HeldOutQueries data = new HeldOutQueries(vectors, QUERIES);
      float[] worst = data.worstOfBest(10);
      for (int q = 0; q < QUERIES; q++) {
        float[] scores = new float[data.documentCount()];
        for (int doc = 0; doc < scores.length; doc++) {
          scores[doc] = HeldOutQueries.score(data.queries()[q], data.document(doc));
        }
        Arrays.sort(scores);
        assertEquals(scores[scores.length - 10], worst[q], 0);
      }
    }
  }

  private VectorFile randomVectors() throws IOException {
    Random random = new Random(1);
    ByteBuffer bytes =
        ByteBuffer.allocate(ROWS * DIMENSION * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    while (bytes.hasRemaining()) {
      bytes.putFloat((float) random.nextGaussian());
    }
    Path file = folder.newFile("vectors.f32").toPath();
    Files.write(file, bytes.array());
    return VectorFile.map(file, DIMENSION);
  }
}
