/* SPDX-License-Identifier: Apache-2.0 */
package dev.cairn.cli.demo;

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
      Question question = Question.parse(line);
      if (!question.meaning().isEmpty()) {
        AnswerView.render(dictionary.answer(question, count))
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
}
