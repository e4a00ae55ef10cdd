/* SPDX-License-Identifier: Apache-2.0 */
package dev.cairn.cli.data;

import java.io.IOException;

/** Turns a text into a vector; safe for use by several threads. */
public interface TextEmbedder {
  /** Names the model: vectors of different models are never mixed. */
  String model();

  /** Length of every vector. */
  int dimension();

  /** The vector of a text, which depends on the text alone. */
  float[] embed(String text) throws IOException;
}
