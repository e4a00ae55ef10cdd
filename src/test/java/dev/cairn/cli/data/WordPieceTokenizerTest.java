/* SPDX-License-Identifier: Apache-2.0 */
package dev.cairn.cli.data;

import static org.junit.Assert.assertArrayEquals;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.Test;

public class WordPieceTokenizerTest {
  private static final List<String> PIECES =
      List.of(
          "[UNK]", "[CLS]", "[SEP]", "high", "##er", "##est", "hi", "##gh", ",", "cafe", "$", "水");

  @Test
  public void longestPiecesFirst() {
    assertIds("high higher highest", 1, 3, 3, 4, 3, 5, 2);
    assertIds("hi", 1, 6, 2);
  }

  @Test
  public void wordWithoutPiecesIsUnknownAsAWhole() {
    assertIds("highly hi", 1, 0, 6, 2);
    assertIds("h".repeat(101), 1, 0, 2);
  }

  @Test
  public void caseAccentsAndInvisibleCharactersDoNotCount() {
    assertIds("HIGH Café cafe\u0301 hi\u200bgh", 1, 3, 9, 9, 3, 2);
  }

  @Test
  public void punctuationAndIdeographsAreWords() {
    assertIds("high,higher$hi水hi", 1, 3, 8, 3, 4, 10, 6, 11, 6, 2);
  }

  @Test
  public void longTextIsCut() {
    assertIds("high ".repeat(50), 1, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 2);
  }

  @Test
  public void nothingIsStillStartAndEnd() {
    assertIds(" \t\n", 1, 2);
  }

  private static void assertIds(String text, int... expected) {
    Map<String, Integer> vocabulary = new HashMap<>();
    for (int id = 0; id < PIECES.size(); id++) {
      vocabulary.put(PIECES.get(id), id);
    }
    assertArrayEquals(expected, new WordPieceTokenizer(vocabulary, 15).tokenize(text));
  }
}
