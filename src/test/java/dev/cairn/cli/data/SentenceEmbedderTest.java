/* SPDX-License-Identifier: Apache-2.0 */
package dev.cairn.cli.data;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.io.IOException;
import org.junit.Test;

public class SentenceEmbedderTest {
  @Test
  public void similarMeaningsGiveSimilarUnitVectors() throws IOException {
    try (SentenceEmbedder embedder = new SentenceEmbedder()) {
      float[] heights = embedder.embed("fear of heights");
      assertEquals(embedder.dimension(), heights.length);
      assertEquals(1, dot(heights, heights), 1e-5);
      float[] phobia = embedder.embed("a morbid fear of great heights");
      float[] soup = embedder.embed("a thick soup made with beans");
      assertTrue(dot(heights, phobia) > 0.7);
      assertTrue(dot(heights, soup) < 0.3);
      assertArrayEquals(heights, embedder.embed("fear of heights"), 0);
    }
  }

  @Test
  public void emptyAndOverlongTextsHaveVectors() throws IOException {
    try (SentenceEmbedder embedder = new SentenceEmbedder()) {
      float[] empty = embedder.embed("");
      assertEquals(1, dot(empty, empty), 1e-5);
      float[] endless = embedder.embed("word ".repeat(10_000));
      assertEquals(1, dot(endless, endless), 1e-5);
    }
  }

  private static double dot(float[] a, float[] b) {
    double sum = 0;
    for (int d = 0; d < a.length; d++) {
      sum += (double) a[d] * b[d];
    }
    return sum;
  }
}
