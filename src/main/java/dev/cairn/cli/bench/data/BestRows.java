/* SPDX-License-Identifier: Apache-2.0 */
package dev.cairn.cli.bench.data;

import java.util.Arrays;

/** The rows with the highest scores so far, best first; of equal ones the first come. */
final class BestRows {
  private final int[] rows;
  private final float[] scores;
  private int size;

  BestRows(int capacity) {
    rows = new int[capacity];
    scores = new float[capacity];
  }

  void add(int row, float score) {
    int at;
    if (size < rows.length) {
      at = size++;
    } else if (score > scores[size - 1]) {
      at = size - 1;
    } else {
      return;
    }
    while (at > 0 && scores[at - 1] < score) {
      scores[at] = scores[at - 1];
      rows[at] = rows[at - 1];
      at--;
    }
    scores[at] = score;
    rows[at] = row;
  }

  int[] rows() {
    return Arrays.copyOf(rows, size);
  }
}
