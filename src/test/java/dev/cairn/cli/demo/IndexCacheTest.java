/* SPDX-License-Identifier: Apache-2.0 */
package dev.cairn.cli.demo;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.store.Directory;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

public class IndexCacheTest {
  private static final int DOCUMENTS = 50;

  @Rule public final TemporaryFolder folder = new TemporaryFolder();

  private final List<String> messages = new ArrayList<>();
  private int builds;

  @Test
  public void secondOpeningBuildsNothing() throws IOException {
    assertOpens("recipe");
    assertOpens("recipe");
    assertEquals(1, builds);
    assertEquals(List.of(), messages);
  }

  @Test
  public void anotherRecipeReplacesTheIndex() throws IOException {
    assertOpens("recipe");
    assertOpens("another recipe");
    assertEquals(2, builds);
    assertEquals(1, homes().size());
  }

  @Test
  public void damagedIndexIsBuiltAgain() throws IOException {
    assertOpens("recipe");
    Path vectors = only(homes().getFirst(), ".vec");
    byte[] bytes = Files.readAllBytes(vectors);
    bytes[bytes.length / 2] ^= 1;
    Files.write(vectors, bytes);
    assertOpens("recipe");
    assertEquals(2, builds);
    assertTrue(messages.toString(), messages.getFirst().contains("damaged"));
  }

  @Test
  public void indexWithMissingFileIsBuiltAgain() throws IOException {
    assertOpens("recipe");
    Files.delete(only(homes().getFirst(), ".vec"));
    assertOpens("recipe");
    assertEquals(2, builds);
  }

  @Test
  public void failedBuildLeavesNothingToMistakeForAnIndex() throws IOException {
    assertThrows(
        IOException.class,
        () ->
            cache()
                .open(
                    "test",
                    "recipe",
                    directory -> {
                      fill(directory);
                      throw new IOException("disk full");
                    }));
    assertOpens("recipe");
    assertEquals(2, builds);
    assertEquals(1, homes().size());
  }

  @Test
  public void otherIndexesAreLeftAlone() throws IOException {
    assertOpens("recipe");
    cache().open("tester", "recipe", this::fill).close();
    assertOpens("recipe");
    assertEquals(2, builds);
  }

  private void assertOpens(String recipe) throws IOException {
    try (Directory directory = cache().open("test", recipe, this::fill);
        DirectoryReader reader = DirectoryReader.open(directory)) {
      assertEquals(DOCUMENTS, reader.numDocs());
    }
    for (Path home : homes()) {
      assertFalse(home.toString(), home.toString().contains("unfinished"));
    }
  }

  private IndexCache cache() {
    return new IndexCache(folder.getRoot().toPath(), messages::add);
  }

  private void fill(Directory directory) throws IOException {
    builds++;
    try (IndexWriter writer =
        new IndexWriter(directory, DictionaryIndex.config(VectorFormats.CAIRN.codec()))) {
      for (int i = 0; i < DOCUMENTS; i++) {
        Document document = new Document();
        document.add(new KnnFloatVectorField("vector", new float[] {i, 1, 2, 3}));
        writer.addDocument(document);
      }
      writer.commit();
    }
  }

  private List<Path> homes() throws IOException {
    try (Stream<Path> files = Files.list(folder.getRoot().toPath())) {
      return files
          .filter(Files::isDirectory)
          .filter(file -> file.getFileName().toString().startsWith("test-"))
          .toList();
    }
  }

  private static Path only(Path home, String suffix) throws IOException {
    try (Stream<Path> files = Files.list(home)) {
      return files.filter(file -> file.toString().endsWith(suffix)).findFirst().orElseThrow();
    }
  }
}
