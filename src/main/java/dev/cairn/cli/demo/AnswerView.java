/* SPDX-License-Identifier: Apache-2.0 */
package dev.cairn.cli.demo;

import dev.cairn.cli.console.TextLayout;
import dev.cairn.cli.demo.ReverseDictionary.Answer;
import dev.cairn.cli.demo.ReverseDictionary.Hit;
import java.util.ArrayList;
import java.util.List;

/** Shows the three answers to a question side by side. */
final class AnswerView {
  static final int WIDTH = 100;
  private static final int COLUMNS = 3;
  private static final int COLUMN_WIDTH = TextLayout.blockWidth(WIDTH, COLUMNS);
  private static final int GLOSS_LINES = 2;
  private static final String INDENT = "   ";

  private AnswerView() {}

  /** Lines of at most {@link #WIDTH} characters. */
  static List<String> render(Answer answer) {
    List<String> lines = new ArrayList<>();
    String filter =
        answer.question().partOfSpeech().map(kind -> "  (" + kind.label() + "s only)").orElse("");
    String meaning = TextLayout.clip(answer.question().meaning(), WIDTH - filter.length() - 2);
    lines.add("\"" + meaning + "\"" + filter);
    lines.add("-".repeat(WIDTH));
    lines.addAll(
        TextLayout.sideBySide(
            WIDTH,
            List.of(
                column("TEXT", "BM25", answer.text(), false),
                column("VECTOR", "MiniLM", answer.vector(), false),
                column("HYBRID", "text | vector", answer.hybrid(), true))));
    return lines;
  }

  private static List<String> column(String title, String detail, List<Hit> hits, boolean fused) {
    List<String> lines = new ArrayList<>();
    lines.add(TextLayout.ends(title, detail, COLUMN_WIDTH));
    if (hits.isEmpty()) {
      lines.add("nothing found");
    }
    for (int i = 0; i < hits.size(); i++) {
      Hit hit = hits.get(i);
      String right = fused ? ranks(hit) : abbreviate(hit.partOfSpeech());
      String number = String.format("%-" + INDENT.length() + "d", i + 1);
      int room = COLUMN_WIDTH - number.length() - right.length() - 1;
      lines.add(TextLayout.ends(number + words(hit, room), right, COLUMN_WIDTH));
      int width = COLUMN_WIDTH - INDENT.length();
      List<String> gloss = TextLayout.wrap(hit.definition(), width, GLOSS_LINES);
      gloss.forEach(line -> lines.add(INDENT + line));
      // Every hit takes the same room, so that equal ranks stand on one line.
      for (int missing = gloss.size(); missing < GLOSS_LINES; missing++) {
        lines.add("");
      }
    }
    return lines;
  }

  /** As many of the words as there is room for, at least one. */
  static String words(Hit hit, int room) {
    String words = hit.words();
    while (words.length() > room && words.contains(", ")) {
      words = words.substring(0, words.lastIndexOf(", "));
    }
    return words;
  }

  /** Where a fused hit comes from, for example {@code 3 | 1} or {@code - | 2}. */
  static String ranks(Hit hit) {
    return rank(hit.textRank()) + " | " + rank(hit.vectorRank());
  }

  private static String rank(int rank) {
    return rank == 0 ? "-" : Integer.toString(rank);
  }

  private static String abbreviate(String partOfSpeech) {
    return switch (partOfSpeech) {
      case "noun" -> "n.";
      case "verb" -> "v.";
      case "adjective" -> "adj.";
      case "adverb" -> "adv.";
      default -> partOfSpeech;
    };
  }
}
