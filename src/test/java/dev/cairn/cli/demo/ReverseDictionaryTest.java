/* SPDX-License-Identifier: Apache-2.0 */
package dev.cairn.cli.demo;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import dev.cairn.cli.data.TextEmbedder;
import dev.cairn.cli.data.WordNetCorpus.PartOfSpeech;
import dev.cairn.cli.data.WordNetCorpus.Synset;
import dev.cairn.cli.demo.ReverseDictionary.Answer;
import dev.cairn.cli.demo.ReverseDictionary.Hit;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.Term;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.apache.lucene.store.Directory;
import org.junit.After;
import org.junit.Before;
import org.junit.Test;

public class ReverseDictionaryTest {
  private static final Question QUESTION = Question.parse("fear of heights");

  /** By text the first two fit the question, by vector the second and third. */
  private static final Map<Synset, float[]> SYNSETS =
      Map.of(
          noun("tower", "heights of heights and fear"),
          unit(90),
          noun("acrophobia", "a morbid fear of great heights"),
          unit(10),
          noun("panic", "sudden dread"),
          unit(20),
          new Synset(List.of("dread", "be afraid"), PartOfSpeech.VERB, "have fear"),
          unit(70),
          noun("soup", "a hot dish"),
          unit(80));

  private final Directory directory = new ByteBuffersDirectory();

  @Before
  public void index() throws IOException {
    try (IndexWriter writer = new IndexWriter(directory, config())) {
      for (Map.Entry<Synset, float[]> synset : SYNSETS.entrySet()) {
        String id = synset.getKey().words().getFirst();
        writer.addDocument(DictionaryIndex.document(id, synset.getKey(), synset.getValue()));
      }
    }
  }

  @After
  public void close() throws IOException {
    directory.close();
  }

  @Test
  public void hybridPrefersWhatBothFind() throws IOException {
    Answer answer = ask(QUESTION, 2);
    assertEquals("tower", answer.text().getFirst().words());
    assertEquals(List.of("acrophobia", "panic"), words(answer.vector()));
    Hit first = answer.hybrid().getFirst();
    assertEquals("acrophobia", first.words());
    assertEquals(2, first.textRank());
    assertEquals(1, first.vectorRank());
  }

  @Test
  public void hitOfOneSearchAloneHasNoRankInTheOther() throws IOException {
    Hit panic =
        ask(QUESTION, 5).hybrid().stream()
            .filter(hit -> hit.words().equals("panic"))
            .findFirst()
            .get();
    assertEquals(0, panic.textRank());
    assertEquals(2, panic.vectorRank());
  }

  @Test
  public void filterHoldsForAllThree() throws IOException {
    Answer answer = ask(Question.parse("verb: fear of heights"), 5);
    assertEquals(List.of("dread, be afraid"), words(answer.text()));
    assertEquals(List.of("dread, be afraid"), words(answer.vector()));
    assertEquals(List.of("dread, be afraid"), words(answer.hybrid()));
  }

  @Test
  public void deletedWordsAreNotFoundUntilTheDeletionIsTakenBack() throws IOException {
    IndexWriter writer = new IndexWriter(directory, config());
    writer.deleteDocuments(new Term(DictionaryIndex.ID, "acrophobia"));
    try (DirectoryReader reader = DirectoryReader.open(writer)) {
      Answer answer = dictionary(reader).answer(QUESTION, 5);
      assertEquals("panic", answer.vector().getFirst().words());
      assertTrue(words(answer.hybrid()).stream().noneMatch(word -> word.equals("acrophobia")));
      assertTrue(words(answer.text()).stream().noneMatch(word -> word.equals("acrophobia")));
    }
    writer.rollback();
    assertEquals("acrophobia", ask(QUESTION, 1).vector().getFirst().words());
  }

  @Test
  public void questionOfStopWordsIsAnsweredByVectorAlone() throws IOException {
    try (DirectoryReader reader = DirectoryReader.open(directory)) {
      Answer answer = dictionary(reader).answer(Question.parse("noun: to be or not to be"), 3);
      assertEquals(List.of(), answer.text());
      assertEquals(3, answer.hybrid().size());
    }
  }

  @Test
  public void answerFitsTheScreen() throws IOException {
    List<String> lines = AnswerView.render(ask(QUESTION, 5));
    for (String line : lines) {
      assertTrue(line, line.length() <= AnswerView.WIDTH);
    }
    String firstHits = lines.get(3);
    assertTrue(firstHits, firstHits.startsWith("1  tower"));
    assertTrue(firstHits, firstHits.contains("1  acrophobia"));
    assertTrue(firstHits, firstHits.endsWith("2 | 1"));
  }

  @Test
  public void wordsAreLeftOutWholeWhereThereIsNoRoom() {
    Hit hit = new Hit("1", "old-age pension, retirement pension", "noun", "money", 0, 12);
    assertEquals("old-age pension", AnswerView.words(hit, 20));
    assertEquals("old-age pension", AnswerView.words(hit, 5));
    assertEquals("old-age pension, retirement pension", AnswerView.words(hit, 40));
    assertEquals("- | 12", AnswerView.ranks(hit));
  }

  private Answer ask(Question question, int count) throws IOException {
    try (DirectoryReader reader = DirectoryReader.open(directory)) {
      return dictionary(reader).answer(question, count);
    }
  }

  private static ReverseDictionary dictionary(DirectoryReader reader) {
    return new ReverseDictionary(reader, new FixedVector(), 100);
  }

  private static IndexWriterConfig config() {
    return DictionaryIndex.config(VectorFormats.CAIRN.codec());
  }

  private static List<String> words(List<Hit> hits) {
    return hits.stream().map(Hit::words).toList();
  }

  private static Synset noun(String word, String gloss) {
    return new Synset(List.of(word), PartOfSpeech.NOUN, gloss);
  }

  private static float[] unit(double degrees) {
    double angle = Math.toRadians(degrees);
    return new float[] {(float) Math.cos(angle), (float) Math.sin(angle)};
  }

  /** Every question lies at zero degrees. */
  private static final class FixedVector implements TextEmbedder {
    @Override
    public String model() {
      return "fixed";
    }

    @Override
    public int dimension() {
      return 2;
    }

    @Override
    public float[] embed(String text) {
      return unit(0);
    }
  }
}
