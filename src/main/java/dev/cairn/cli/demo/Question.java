/* SPDX-License-Identifier: Apache-2.0 */
package dev.cairn.cli.demo;

import dev.cairn.cli.data.WordNetCorpus.PartOfSpeech;
import java.util.List;
import java.util.Optional;

/**
 * A meaning somebody seeks a word for.
 *
 * @param partOfSpeech the kind of word wanted, if any in particular
 * @param meaning what the word should mean
 */
record Question(Optional<PartOfSpeech> partOfSpeech, String meaning) {
  static final List<Question> BUILT_IN =
      List.of(
          parse("fear of heights"),
          parse("a person who cannot stop talking"),
          parse("stealing someone else's writing"),
          parse("the part of a ship where the captain stands"),
          parse("marriage to more than one wife"),
          parse("money paid to someone after retirement"));

  static final Question WITH_FILTER = parse("verb: moving very fast");

  /** Asked again when its first answers have been deleted. */
  static final Question WITH_DELETIONS = BUILT_IN.getFirst();

  /** Reads a line such as {@code fear of heights} or {@code verb: to walk slowly}. */
  static Question parse(String line) {
    String text = line.strip();
    for (PartOfSpeech kind : PartOfSpeech.values()) {
      String prefix = kind.label() + ":";
      if (text.startsWith(prefix)) {
        return new Question(Optional.of(kind), text.substring(prefix.length()).strip());
      }
    }
    return new Question(Optional.empty(), text);
  }
}
