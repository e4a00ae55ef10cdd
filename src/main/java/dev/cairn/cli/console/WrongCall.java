/* SPDX-License-Identifier: Apache-2.0 */
package dev.cairn.cli.console;

/** Says that a command was called wrongly, which is not the same as a failure: exit code 2. */
public final class WrongCall extends IllegalArgumentException {
  private static final long serialVersionUID = 1;

  /** Says what is wrong. */
  public WrongCall(String message) {
    super(message);
  }

  /** Refuses a number that is too small. */
  public static void checkAtLeast(String option, int least, int value) {
    if (value < least) {
      throw new WrongCall(option + " must be at least " + least + ", got " + value);
    }
  }

  /** Refuses a number that is too small or too large. */
  public static void checkRange(String option, int least, int most, int value) {
    if (value < least || value > most) {
      throw new WrongCall(option + " must be from " + least + " to " + most + ", got " + value);
    }
  }
}
