/* SPDX-License-Identifier: Apache-2.0 */
package dev.cairn.cli.bench.system;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;

import java.util.List;
import org.junit.Test;

/** Sizes of segments. */
public class SegmentSizesTest {
  @Test
  public void numbersAreEqualParts() {
    assertEquals(List.of(100), new SegmentSizes("1").of(100));
    assertEquals(List.of(33, 33, 34), new SegmentSizes("3").of(100));
    assertEquals(List.of(1, 1), new SegmentSizes("5").of(2));
  }

  @Test
  public void sizesAreTakenInOrder() {
    assertEquals(List.of(100, 10, 10, 10), new SegmentSizes("100+3x10").of(130));
    assertEquals(List.of(50, 50), new SegmentSizes("2x50").of(100));
  }

  @Test
  public void theLastTakesWhatIsLeftAndFewerDocumentsGiveFewerSegments() {
    assertEquals(List.of(50, 60), new SegmentSizes("2x50").of(110));
    assertEquals(List.of(70), new SegmentSizes("100+3x10").of(70));
    assertEquals(List.of(100, 10, 5), new SegmentSizes("100+3x10").of(115));
  }

  @Test
  public void refusesOtherTexts() {
    for (String text : List.of("", "x", "10x", "a+b", "-1", "1+", "3x3x3")) {
      assertThrows(text, IllegalArgumentException.class, () -> new SegmentSizes(text));
    }
    assertThrows(IllegalArgumentException.class, () -> new SegmentSizes("0").of(10));
  }
}
