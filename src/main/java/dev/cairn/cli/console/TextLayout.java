/* SPDX-License-Identifier: Apache-2.0 */
package dev.cairn.cli.console;

import java.util.ArrayList;
import java.util.List;

/** Sets text for a screen of fixed-width characters. */
public final class TextLayout {
  private static final String GAP = "  ";
  private static final String ELLIPSIS = "...";

  private TextLayout() {}

  /** Cuts a text that is too long, and says so by an ellipsis. */
  public static String clip(String text, int width) {
    if (text.length() <= width) {
      return text;
    }
    return text.substring(0, Math.max(0, width - ELLIPSIS.length())).stripTrailing() + ELLIPSIS;
  }

  /** Breaks a text at spaces into at most {@code maxLines} lines; what is left over is cut. */
  public static List<String> wrap(String text, int width, int maxLines) {
    List<String> lines = new ArrayList<>();
    String rest = text.strip();
    while (rest.length() > width && lines.size() < maxLines - 1) {
      int space = rest.lastIndexOf(' ', width);
      int end = space > 0 ? space : width;
      lines.add(rest.substring(0, end).stripTrailing());
      rest = rest.substring(end).stripLeading();
    }
    lines.add(clip(rest, width));
    return lines;
  }

  /** Puts blocks of lines beside each other, all of one width, {@code width} characters in all. */
  public static List<String> sideBySide(int width, List<List<String>> blocks) {
    int blockWidth = blockWidth(width, blocks.size());
    int height = blocks.stream().mapToInt(List::size).max().orElse(0);
    List<String> lines = new ArrayList<>();
    for (int row = 0; row < height; row++) {
      StringBuilder line = new StringBuilder();
      for (List<String> block : blocks) {
        if (!line.isEmpty()) {
          line.append(GAP);
        }
        line.append(padRight(row < block.size() ? block.get(row) : "", blockWidth));
      }
      lines.add(line.toString().stripTrailing());
    }
    return lines;
  }

  /** The width {@link #sideBySide} leaves for each block. */
  public static int blockWidth(int width, int blocks) {
    return (width - GAP.length() * (blocks - 1)) / blocks;
  }

  /** A table whose first column is flush left and whose other columns are flush right. */
  public static List<String> table(List<List<String>> rows) {
    int columns = rows.getFirst().size();
    int[] widths = new int[columns];
    for (List<String> row : rows) {
      for (int c = 0; c < columns; c++) {
        widths[c] = Math.max(widths[c], row.get(c).length());
      }
    }
    List<String> lines = new ArrayList<>();
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder(padRight(row.getFirst(), widths[0]));
      for (int c = 1; c < columns; c++) {
        line.append(GAP).append(" ".repeat(widths[c] - row.get(c).length())).append(row.get(c));
      }
      lines.add(line.toString().stripTrailing());
    }
    return lines;
  }

  /** One line with a text at each end, {@code width} characters in all. */
  public static String ends(String left, String right, int width) {
    String clipped = clip(left, width - right.length() - 1);
    return padRight(clipped, width - right.length()) + right;
  }

  private static String padRight(String text, int width) {
    String clipped = clip(text, width);
    return clipped + " ".repeat(width - clipped.length());
  }
}
