/* SPDX-License-Identifier: Apache-2.0 */
package dev.cairn.cli.data;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import dev.cairn.cli.data.WordNetCorpus.PartOfSpeech;
import dev.cairn.cli.data.WordNetCorpus.Synset;
import java.io.IOException;
import java.util.List;
import org.junit.Test;

public class WordNetCorpusTest {
  @Test
  public void allSynsetsAreRead() throws IOException {
    List<Synset> synsets = WordNetCorpus.load();
    assertEquals(117_791, synsets.size());
    for (Synset synset : synsets) {
      assertTrue(synset.toString(), !synset.gloss().isBlank() && !synset.words().isEmpty());
      assertTrue(
          synset.toString(), synset.words().stream().noneMatch(word -> word.matches(".*[_(].*")));
    }
  }

  @Test
  public void lineIsParsed() {
    String line =
        "00001740 00 s 02 galore(ip) 0 a_la_carte 1 002 & 1 a 0000 ! 2 a 0101 "
            + "| in great numbers; so to speak; \"daisies galore\"";
    assertEquals(
        new Synset(
            List.of("galore", "a la carte"),
            PartOfSpeech.ADJECTIVE,
            "in great numbers; so to speak; \"daisies galore\""),
        WordNetCorpus.parse(line, PartOfSpeech.ADJECTIVE));
  }

  @Test
  public void definitionLeavesExamplesOut() {
    String gloss = "in great numbers; so to speak; \"daisies galore\"; \"food galore\"";
    Synset synset = new Synset(List.of("galore"), PartOfSpeech.ADJECTIVE, gloss);
    assertEquals("in great numbers; so to speak", synset.definition());
  }

  @Test
  public void lineWithoutGlossIsRefused() {
    assertThrows(
        IllegalArgumentException.class,
        () -> WordNetCorpus.parse("00001740 03 n 01 entity 0 000", PartOfSpeech.NOUN));
  }
}
