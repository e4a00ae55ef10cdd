/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.graph;

/**
 * Draws the highest level of each node from the exponential distribution of the HNSW paper (Malkov
 * and Yashunin, 2018, section 4.1, with mL = 1/ln(M)). Seeds are ordinals, so that builds repeat,
 * and vectors, for merges keep levels: drawn by ordinals alone they would be the same in all
 * segments, and an index grown from segments of few documents would never have an upper layer.
 */
final class Levels {
  static final int HIGHEST = 30;

  private final double multiplier;

  Levels(int maxConn) {
    multiplier = 1 / Math.log(maxConn);
  }

  /**
   * Draws a level.
   *
   * @param vectorHash a hash of the node's vector, or 0 where ordinals are those of a whole index
   */
  int draw(int ordinal, int vectorHash) {
    long z = (((long) vectorHash << 32) + ordinal + 1) * 0x9E3779B97F4A7C15L;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    z ^= z >>> 31;
    double uniform = ((z >>> 11) + 1) * 0x1p-53;
    return (int) Math.min(HIGHEST, -Math.log(uniform) * multiplier);
  }
}
