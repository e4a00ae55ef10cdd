/* SPDX-License-Identifier: Apache-2.0 */
package dev.cairn.cli.console;

import java.io.Console;

/** Whether a person sits at the other end. */
public final class Terminal {
  private Terminal() {}

  /** True if both input and output are a terminal. */
  public static boolean isPresent() {
    Console console = System.console();
    return console != null && console.isTerminal();
  }
}
