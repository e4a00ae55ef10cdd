/* SPDX-License-Identifier: Apache-2.0 */
package dev.cairn.cli.demo;

import static org.junit.Assert.assertEquals;

import org.junit.Test;

public class PromptTest {
  @Test
  public void partOfSpeechMayLeadTheLine() {
    assertEquals("noun", Prompt.partOfSpeech("noun: fear of heights"));
    assertEquals("adverb", Prompt.partOfSpeech("adverb:fast"));
    assertEquals("", Prompt.partOfSpeech("nouns of assembly"));
    assertEquals("", Prompt.partOfSpeech("a noun: something"));
  }
}
