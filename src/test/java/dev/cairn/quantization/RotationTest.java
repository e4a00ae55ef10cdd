/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.quantization;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.util.Arrays;
import java.util.Random;
import java.util.zip.CRC32;
import org.junit.Test;

public class RotationTest {
  private static final int[] LENGTHS = {64, 128, 192, 256, 320, 384, 448, 768, 1024, 1536, 4096};

  /** CRC-32 of the images that {@link #bitsNeverChange} computes. */
  private static final long CHECKSUM_OF_IMAGES = 35_429_774;

  private final Random random = new Random(3);

  private float[] gaussian(int n) {
    float[] x = new float[n];
    for (int i = 0; i < n; i++) {
      x[i] = (float) random.nextGaussian();
    }
    return x;
  }

  private static double dot(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (double) a[i] * b[i];
    }
    return sum;
  }

  private static float[] rotate(float[] x) {
    float[] rotated = x.clone();
    Rotation.of(x.length).apply(rotated);
    return rotated;
  }

  @Test
  public void isOrthonormal() {
    for (int length : new int[] {64, 192, 384}) {
      float[][] images = new float[length][];
      for (int i = 0; i < length; i++) {
        float[] axis = new float[length];
        axis[i] = 1;
        images[i] = rotate(axis);
      }
      for (int i = 0; i < length; i++) {
        for (int j = 0; j <= i; j++) {
          double expected = i == j ? 1 : 0;
          assertEquals("axes " + i + " and " + j, expected, dot(images[i], images[j]), 2e-6);
        }
      }
    }
  }

  @Test
  public void keepsInnerProducts() {
    for (int length : LENGTHS) {
      float[] a = gaussian(length);
      float[] b = gaussian(length);
      double scale = Math.sqrt(dot(a, a) * dot(b, b));
      assertEquals("length " + length, dot(a, b), dot(rotate(a), rotate(b)), 1e-6 * scale);
      assertEquals("length " + length, dot(a, a), dot(rotate(a), rotate(a)), 1e-6 * dot(a, a));
    }
  }

  /**
   * No axis stays near an axis, so that codes of sparse residuals are as good as those of others.
   */
  @Test
  public void spreadsEveryAxis() {
    for (int length : LENGTHS) {
      for (int i = 0; i < length; i += 1 + length / 200) {
        float[] axis = new float[length];
        axis[i] = 1;
        double largest = 0;
        for (float component : rotate(axis)) {
          largest = Math.max(largest, Math.abs(component));
        }
        // of that many normal variates hardly any is beyond six standard deviations
        assertTrue("axis " + i + " of " + length + ": " + largest, largest < 6 / Math.sqrt(length));
      }
    }
  }

  @Test
  public void isTheOneOfTheDocumentation() {
    for (int length : LENGTHS) {
      float[] x = gaussian(length);
      float[] rotated = rotate(x);
      double[] expected = NaiveRotation.rotate(x);
      double tolerance = 1e-6 * Math.sqrt(dot(x, x));
      for (int i = 0; i < length; i++) {
        assertEquals("component " + i + " of " + length, expected[i], rotated[i], tolerance);
      }
    }
  }

  /** Segments hold codes under this rotation for ever: these are its bits, on any machine. */
  @Test
  public void bitsNeverChange() {
    CRC32 checksum = new CRC32();
    for (int length : LENGTHS) {
      float[] x = new float[length];
      for (int i = 0; i < length; i++) {
        x[i] = (i * 37 % 101 - 50) / 7f;
      }
      for (float component : rotate(x)) {
        int bits = Float.floatToRawIntBits(component);
        for (int shift = 0; shift < 32; shift += 8) {
          checksum.update(bits >>> shift);
        }
      }
    }
    assertEquals(CHECKSUM_OF_IMAGES, checksum.getValue());
  }

  @Test
  public void oppositeVectorsHaveOppositeImages() {
    float[] x = gaussian(384);
    float[] opposite = x.clone();
    for (int i = 0; i < x.length; i++) {
      opposite[i] = -x[i];
    }
    float[] image = rotate(opposite);
    for (int i = 0; i < image.length; i++) {
      image[i] = -image[i];
    }
    assertArrayEquals(rotate(x), image, 0);
  }

  @Test
  public void codeLengthIsTheNextMultipleOf64() {
    assertEquals(64, Rotation.codeLength(1));
    assertEquals(64, Rotation.codeLength(64));
    assertEquals(128, Rotation.codeLength(65));
    assertEquals(384, Rotation.codeLength(384));
    assertEquals(4096, Rotation.codeLength(4096));
  }

  @Test
  public void otherLengthsAreRejected() {
    for (int length : new int[] {-64, 0, 1, 63, 65, 100}) {
      String message =
          assertThrows(IllegalArgumentException.class, () -> Rotation.of(length)).getMessage();
      assertTrue(message, message.endsWith("got " + length));
    }
  }

  @Test
  public void touchesNothingBehindItsLength() {
    float[] x = gaussian(100);
    float[] expected = Arrays.copyOfRange(x, 64, 100);
    Rotation.of(64).apply(x);
    assertArrayEquals(expected, Arrays.copyOfRange(x, 64, 100), 0);
  }
}
