/* SPDX-License-Identifier: Apache-2.0 */
package dev.cairn.cli.demo;

import static org.junit.Assert.assertEquals;

import dev.cairn.cli.data.WordNetCorpus.PartOfSpeech;
import java.util.Optional;
import org.junit.Test;

public class QuestionTest {
  @Test
  public void partOfSpeechMayLead() {
    assertParsed(" noun: fear of heights ", Optional.of(PartOfSpeech.NOUN), "fear of heights");
    assertParsed("adverb:fast", Optional.of(PartOfSpeech.ADVERB), "fast");
    assertParsed("verb:", Optional.of(PartOfSpeech.VERB), "");
  }

  @Test
  public void otherWordsAreTheMeaning() {
    assertParsed("nouns of assembly", Optional.empty(), "nouns of assembly");
    assertParsed("a noun: something", Optional.empty(), "a noun: something");
    assertParsed("  ", Optional.empty(), "");
  }

  private static void assertParsed(String line, Optional<PartOfSpeech> kind, String meaning) {
    assertEquals(new Question(kind, meaning), Question.parse(line));
  }
}
