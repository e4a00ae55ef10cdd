/* SPDX-License-Identifier: Apache-2.0 */
package dev.cairn.cli.demo;

import java.util.List;

/** What the demo asks by itself. */
final class Questions {
  static final List<String> BUILT_IN =
      List.of(
          "fear of heights",
          "a person who cannot stop talking",
          "to walk slowly without any aim",
          "money paid to someone after retirement",
          "device that warns when there is smoke",
          "stealing someone else's writing",
          "words that sound alike but mean different things",
          "government by the rich",
          "someone who loves books");

  /** Asked with a filter: the same words would fit several parts of speech. */
  static final String FILTERED = "moving very fast";

  static final String FILTER = "adverb";

  /** Asked again after the first answers have been deleted. */
  static final String WITH_DELETIONS = "fear of heights";

  private Questions() {}
}
