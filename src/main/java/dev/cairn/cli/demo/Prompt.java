/* SPDX-License-Identifier: Apache-2.0 */
package dev.cairn.cli.demo;

import dev.cairn.cli.data.WordNetCorpus.PartOfSpeech;
import java.io.Console;
import java.io.IOException;

/** Answers questions typed at a terminal until the input ends. */
final class Prompt {
  private final Console console;
  private final ReverseDictionary dictionary;
  private final int count;

  Prompt(Console console, ReverseDictionary dictionary, int count) {
    this.console = console;
    this.dictionary = dictionary;
    this.count = count;
  }

  void run() throws IOException {
    console.printf(
        "%nDescribe a meaning; start with \"noun:\", \"verb:\", \"adjective:\" or \"adverb:\" to%n"
            + "see only such words. An empty line or Ctrl-D ends.%n");
    for (String line = ask(); !line.isBlank(); line = ask()) {
      String partOfSpeech = partOfSpeech(line);
      String question = line.substring(partOfSpeech.isEmpty() ? 0 : partOfSpeech.length() + 1);
      if (!question.isBlank()) {
        AnswerView.render(dictionary.answer(question.strip(), partOfSpeech, count))
            .forEach(answer -> console.printf("%s%n", answer));
      }
    }
  }

  /** The next line, empty at the end of the input. */
  private String ask() {
    String line = console.readLine("%nmeaning> ");
    if (line == null) {
      console.printf("%n");
      return "";
    }
    return line;
  }

  /** The part of speech a line starts with, or nothing. */
  static String partOfSpeech(String line) {
    for (PartOfSpeech each : PartOfSpeech.values()) {
      if (line.startsWith(each.label() + ":")) {
        return each.label();
      }
    }
    return "";
  }
}
