/* SPDX-License-Identifier: Apache-2.0 */
package dev.cairn.cli.console;

import static org.junit.Assert.assertEquals;

import java.util.List;
import org.junit.Test;

public class TextLayoutTest {
  @Test
  public void clipKeepsWhatFits() {
    assertEquals("fits", TextLayout.clip("fits", 4));
    assertEquals("a b...", TextLayout.clip("a b c d e", 7));
    assertEquals("...", TextLayout.clip("long", 3));
  }

  @Test
  public void wrapBreaksAtSpacesAndCutsTheRest() {
    assertEquals(List.of("one two"), TextLayout.wrap("one two", 7, 2));
    assertEquals(List.of("one two", "three"), TextLayout.wrap("one two three", 7, 2));
    assertEquals(List.of("one two", "thre..."), TextLayout.wrap("one two three four", 7, 2));
    assertEquals(List.of("abcdefg", "hij"), TextLayout.wrap("abcdefghij", 7, 2));
    assertEquals(List.of(""), TextLayout.wrap("", 7, 2));
  }

  @Test
  public void blocksStandBesideEachOther() {
    assertEquals(
        List.of("a    x   1", "bb"),
        TextLayout.sideBySide(12, List.of(List.of("a", "bb"), List.of(" x"), List.of(" 1"))));
  }

  @Test
  public void blocksNeverPassTheWidth() {
    List<String> block = List.of("x".repeat(80));
    for (String line : TextLayout.sideBySide(100, List.of(block, block, block))) {
      assertEquals(100, line.length());
    }
  }

  @Test
  public void tableAlignsNumbersRight() {
    assertEquals(
        List.of("name  count", "a         7", "bcd   1,000"),
        TextLayout.table(
            List.of(List.of("name", "count"), List.of("a", "7"), List.of("bcd", "1,000"))));
  }

  @Test
  public void endsFillTheLine() {
    assertEquals("left right", TextLayout.ends("left", "right", 10));
    assertEquals("a... right", TextLayout.ends("a long left", "right", 10));
  }
}
