/* SPDX-License-Identifier: Apache-2.0 */
package dev.cairn.cli.data;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The tokenizer of uncased BERT models: lower case, no accents, split at white space and
 * punctuation, then each word cut greedily into the longest pieces of a fixed vocabulary.
 */
final class WordPieceTokenizer {
  private static final int MAX_WORD_CHARACTERS = 100;

  private final Map<String, Integer> vocabulary;
  private final int maxTokens;
  private final int unknown;
  private final int start;
  private final int end;

  /**
   * @param vocabulary the pieces and their ids
   * @param maxTokens longer texts are cut; start and end marks are counted
   */
  WordPieceTokenizer(Map<String, Integer> vocabulary, int maxTokens) {
    this.vocabulary = vocabulary;
    this.maxTokens = maxTokens;
    this.unknown = require("[UNK]");
    this.start = require("[CLS]");
    this.end = require("[SEP]");
  }

  /** Reads the vocabulary from a Hugging Face {@code tokenizer.json} on the class path. */
  static WordPieceTokenizer fromResource(String resource, int maxTokens) throws IOException {
    try (InputStream in = WordPieceTokenizer.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IOException("the vocabulary is not on the class path: no resource " + resource);
      }
      Map<String, Integer> vocabulary = new HashMap<>();
      new ObjectMapper()
          .readTree(in)
          .at("/model/vocab")
          .properties()
          .forEach(piece -> vocabulary.put(piece.getKey(), piece.getValue().asInt()));
      return new WordPieceTokenizer(vocabulary, maxTokens);
    }
  }

  private int require(String piece) {
    Integer id = vocabulary.get(piece);
    if (id == null) {
      throw new IllegalArgumentException("the vocabulary has no piece " + piece);
    }
    return id;
  }

  /** The ids of a text between a start and an end mark. */
  int[] tokenize(String text) {
    int[] ids = new int[maxTokens];
    int count = 0;
    ids[count++] = start;
    for (String word : words(text)) {
      for (int id : pieces(word)) {
        if (count == maxTokens - 1) {
          break;
        }
        ids[count++] = id;
      }
    }
    ids[count++] = end;
    return Arrays.copyOf(ids, count);
  }

  private int[] pieces(String word) {
    int[] ids = new int[word.length()];
    int count = 0;
    if (word.codePointCount(0, word.length()) > MAX_WORD_CHARACTERS) {
      return new int[] {unknown};
    }
    for (int from = 0; from < word.length(); ) {
      int to = word.length();
      Integer id = null;
      while (to > from && (id = vocabulary.get(piece(word, from, to))) == null) {
        to--;
      }
      if (id == null) {
        return new int[] {unknown};
      }
      ids[count++] = id;
      from = to;
    }
    return Arrays.copyOf(ids, count);
  }

  private static String piece(String word, int from, int to) {
    return from == 0 ? word.substring(0, to) : "##" + word.substring(from, to);
  }

  private static List<String> words(String text) {
    String plain = Normalizer.normalize(text, Normalizer.Form.NFD);
    List<String> words = new ArrayList<>();
    StringBuilder word = new StringBuilder();
    plain
        .codePoints()
        .forEach(
            c -> {
              int type = Character.getType(c);
              if (Character.isWhitespace(c) || type == Character.SPACE_SEPARATOR) {
                endWord(word, words);
              } else if (isPunctuation(c, type) || isIdeograph(c)) {
                endWord(word, words);
                words.add(Character.toString(c));
              } else if (!isInvisible(c, type)) {
                word.appendCodePoint(Character.toLowerCase(c));
              }
            });
    endWord(word, words);
    return words;
  }

  private static void endWord(StringBuilder word, List<String> words) {
    if (!word.isEmpty()) {
      words.add(word.toString());
      word.setLength(0);
    }
  }

  private static boolean isInvisible(int c, int type) {
    return c == 0xFFFD
        || type == Character.NON_SPACING_MARK
        || type == Character.CONTROL
        || type == Character.FORMAT
        || type == Character.PRIVATE_USE
        || type == Character.SURROGATE
        || type == Character.UNASSIGNED;
  }

  /** Every ASCII symbol counts as punctuation, as in the original tokenizer. */
  private static boolean isPunctuation(int c, int type) {
    if (c < 128) {
      return c > ' ' && c < 127 && !Character.isLetterOrDigit(c);
    }
    return switch (type) {
      case Character.CONNECTOR_PUNCTUATION,
          Character.DASH_PUNCTUATION,
          Character.START_PUNCTUATION,
          Character.END_PUNCTUATION,
          Character.INITIAL_QUOTE_PUNCTUATION,
          Character.FINAL_QUOTE_PUNCTUATION,
          Character.OTHER_PUNCTUATION ->
          true;
      default -> false;
    };
  }

  private static boolean isIdeograph(int c) {
    return Character.UnicodeScript.of(c) == Character.UnicodeScript.HAN;
  }
}
