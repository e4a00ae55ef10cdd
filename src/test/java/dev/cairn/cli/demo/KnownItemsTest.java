/* SPDX-License-Identifier: Apache-2.0 */
package dev.cairn.cli.demo;

import static org.junit.Assert.assertEquals;

import dev.cairn.cli.data.WordNetCorpus.PartOfSpeech;
import dev.cairn.cli.data.WordNetCorpus.Synset;
import java.io.IOException;
import java.util.List;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.apache.lucene.store.Directory;
import org.junit.Test;

public class KnownItemsTest {
  private static final String[] GLOSSES = {"a tall tower", "a tower", "cold soup", "a dish"};

  private static float[] unit(double degrees) {
    double angle = Math.toRadians(degrees);
    return new float[] {(float) Math.cos(angle), (float) Math.sin(angle)};
  }

  /** The text finds the first query's gloss second and the other's not; vectors the reverse. */
  @Test
  public void meansOfReciprocalRanks() throws IOException {
    try (Directory directory = new ByteBuffersDirectory()) {
      try (IndexWriter writer =
          new IndexWriter(directory, DictionaryIndex.config(VectorFormats.CAIRN.codec()))) {
        for (int i = 0; i < GLOSSES.length; i++) {
          Synset synset = new Synset(List.of("word" + i), PartOfSpeech.NOUN, GLOSSES[i]);
          writer.addDocument(DictionaryIndex.document(Integer.toString(i), synset, unit(20 * i)));
        }
      }
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        List<KnownItems.Item> items =
            List.of(
                new KnownItems.Item("tower", unit(0), "0"),
                new KnownItems.Item("bowl", unit(59), "3"));
        List<String> lines = new KnownItems(new IndexSearcher(reader), 50, 60, 1).measure(items);
        assertEquals("  text alone       MRR@10 0.2500", lines.get(0));
        assertEquals("  vectors alone    MRR@10 1.0000", lines.get(1));
        assertEquals("  both, rrf(60)    MRR@10 1.0000", lines.get(2));
        assertEquals(4, lines.size());
      }
    }
  }
}
