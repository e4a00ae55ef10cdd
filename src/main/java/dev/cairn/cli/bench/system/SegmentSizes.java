/* SPDX-License-Identifier: Apache-2.0 */
package dev.cairn.cli.bench.system;

import dev.cairn.cli.console.WrongCall;
import java.util.ArrayList;
import java.util.List;

/**
 * How many documents go into each segment: a number of equal segments such as {@code 13}, or sizes
 * such as {@code 100000+10x1000}, the last of which takes what is left over.
 *
 * @param text as given
 */
public record SegmentSizes(String text) {
  /** Everything in one segment. */
  public static final SegmentSizes ONE = new SegmentSizes("1");

  /** Checks the text. */
  public SegmentSizes {
    if (!text.matches("(N|(Nx)?N(\\+(Nx)?N)*)".replace("N", "[1-9]\\d{0,8}"))) {
      throw new WrongCall(
          "--segments must be a number of equal segments, or sizes such as 100000+10x1000, got "
              + text);
    }
  }

  /** The numbers of documents, in order, which add up to {@code documents}. */
  public List<Integer> of(int documents) {
    List<Integer> sizes = new ArrayList<>();
    int left = documents;
    for (int size : wanted(documents)) {
      int taken = Math.min(size, left);
      if (taken > 0) {
        sizes.add(taken);
        left -= taken;
      }
    }
    if (left > 0) {
      sizes.set(sizes.size() - 1, sizes.getLast() + left);
    }
    return sizes;
  }

  private List<Integer> wanted(int documents) {
    List<Integer> sizes = new ArrayList<>();
    if (!text.contains("+") && !text.contains("x")) {
      int count = Integer.parseInt(text);
      for (int i = 0; i < count; i++) {
        int from = (int) ((long) documents * i / count);
        sizes.add((int) ((long) documents * (i + 1) / count) - from);
      }
      return sizes;
    }
    for (String part : text.split("\\+")) {
      int x = part.indexOf('x');
      int times = x < 0 ? 1 : Integer.parseInt(part.substring(0, x));
      for (int i = 0; i < times; i++) {
        sizes.add(Integer.parseInt(part.substring(x + 1)));
      }
    }
    return sizes;
  }
}
