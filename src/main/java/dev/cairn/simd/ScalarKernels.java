/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.simd;

import static dev.cairn.simd.SegmentLayouts.BYTE;
import static dev.cairn.simd.SegmentLayouts.FLOAT;
import static dev.cairn.simd.SegmentLayouts.LONG;
import static dev.cairn.simd.SegmentLayouts.SHORT;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/** The kernels in plain Java: the specification of all others. */
public final class ScalarKernels implements VectorKernels {
  static final float HALF_SQRT2 = (float) Math.sqrt(0.5);

  /** Added to a small number not below zero, it leaves that, rounded, in the lowest bits. */
  static final float TO_INTEGER = 0x1p23f;

  static final int INTEGER_BITS = 0x7f_ffff;

  /** Creates the kernels; they hold no state. */
  public ScalarKernels() {}

  @Override
  public String name() {
    return "scalar";
  }

  @Override
  public float dot(float[] a, float[] b, int n) {
    float s0 = 0;
    float s1 = 0;
    float s2 = 0;
    float s3 = 0;
    int i = 0;
    for (; i + 3 < n; i += 4) {
      s0 += a[i] * b[i];
      s1 += a[i + 1] * b[i + 1];
      s2 += a[i + 2] * b[i + 2];
      s3 += a[i + 3] * b[i + 3];
    }
    for (; i < n; i++) {
      s0 += a[i] * b[i];
    }
    return (s0 + s1) + (s2 + s3);
  }

  @Override
  public float dot(float[] a, MemorySegment b, long offset, int n) {
    MemorySegment memory = OffHeap.of(b);
    float s0 = 0;
    float s1 = 0;
    float s2 = 0;
    float s3 = 0;
    int i = 0;
    for (; i + 3 < n; i += 4) {
      long at = offset + 4L * i;
      s0 += a[i] * memory.get(FLOAT, at);
      s1 += a[i + 1] * memory.get(FLOAT, at + 4);
      s2 += a[i + 2] * memory.get(FLOAT, at + 8);
      s3 += a[i + 3] * memory.get(FLOAT, at + 12);
    }
    for (; i < n; i++) {
      s0 += a[i] * memory.get(FLOAT, offset + 4L * i);
    }
    return (s0 + s1) + (s2 + s3);
  }

  @Override
  public float squaredL2(float[] a, MemorySegment b, long offset, int n) {
    MemorySegment memory = OffHeap.of(b);
    float s0 = 0;
    float s1 = 0;
    float s2 = 0;
    float s3 = 0;
    int i = 0;
    for (; i + 3 < n; i += 4) {
      long at = offset + 4L * i;
      float d0 = a[i] - memory.get(FLOAT, at);
      float d1 = a[i + 1] - memory.get(FLOAT, at + 4);
      float d2 = a[i + 2] - memory.get(FLOAT, at + 8);
      float d3 = a[i + 3] - memory.get(FLOAT, at + 12);
      s0 += d0 * d0;
      s1 += d1 * d1;
      s2 += d2 * d2;
      s3 += d3 * d3;
    }
    for (; i < n; i++) {
      float d = a[i] - memory.get(FLOAT, offset + 4L * i);
      s0 += d * d;
    }
    return (s0 + s1) + (s2 + s3);
  }

  @Override
  public int dot(byte[] a, MemorySegment b, long offset, int n) {
    MemorySegment memory = OffHeap.of(b);
    int sum = 0;
    for (int i = 0; i < n; i++) {
      sum += a[i] * memory.get(BYTE, offset + i);
    }
    return sum;
  }

  @Override
  public int squaredL2(byte[] a, MemorySegment b, long offset, int n) {
    MemorySegment memory = OffHeap.of(b);
    int sum = 0;
    for (int i = 0; i < n; i++) {
      int d = a[i] - memory.get(BYTE, offset + i);
      sum += d * d;
    }
    return sum;
  }

  @Override
  public float dotBytes(float[] a, MemorySegment b, long offset, int n) {
    MemorySegment memory = OffHeap.of(b);
    float s0 = 0;
    float s1 = 0;
    int i = 0;
    for (; i + 1 < n; i += 2) {
      s0 += a[i] * memory.get(BYTE, offset + i);
      s1 += a[i + 1] * memory.get(BYTE, offset + i + 1);
    }
    return i < n ? s0 + s1 + a[i] * memory.get(BYTE, offset + i) : s0 + s1;
  }

  @Override
  public float dotShorts(float[] a, MemorySegment b, long offset, int n) {
    MemorySegment memory = OffHeap.of(b);
    float s0 = 0;
    float s1 = 0;
    int i = 0;
    for (; i + 1 < n; i += 2) {
      s0 += a[i] * memory.get(SHORT, offset + 2L * i);
      s1 += a[i + 1] * memory.get(SHORT, offset + 2L * i + 2);
    }
    return i < n ? s0 + s1 + a[i] * memory.get(SHORT, offset + 2L * i) : s0 + s1;
  }

  @Override
  public void accumulate(
      MemorySegment codes, long offset, int groups, byte[] table, int[] sums, short[] scratch) {
    MemorySegment memory = OffHeap.of(codes);
    Arrays.fill(sums, 0, PASS, 0);
    for (int g = 0; g < groups; g++) {
      int entry = 16 * g;
      for (int word = 0; word < 2; word++) {
        long nibbles = memory.get(LONG, offset + (long) GROUP_BYTES * g + 8 * word);
        for (int b = 0; b < 4; b++) {
          int j = 4 * word + b;
          int even = (int) (nibbles >>> (16 * b));
          int odd = even >>> 8;
          sums[j] += table[entry + (even & 15)];
          sums[j + 8] += table[entry + (odd & 15)];
          sums[j + 16] += table[entry + (even >>> 4 & 15)];
          sums[j + 24] += table[entry + (odd >>> 4 & 15)];
        }
      }
    }
  }

  @Override
  public float sumOfSizes(float[] x, int n) {
    float s0 = 0;
    float s1 = 0;
    int i = 0;
    for (; i + 1 < n; i += 2) {
      s0 += Math.abs(x[i]);
      s1 += Math.abs(x[i + 1]);
    }
    return i < n ? s0 + s1 + Math.abs(x[i]) : s0 + s1;
  }

  @Override
  public float widestGroup(float[] x, int n) {
    float widest = 0;
    for (int i = 0; i < n; i += 4) {
      float sum = (Math.abs(x[i]) + Math.abs(x[i + 1])) + (Math.abs(x[i + 2]) + Math.abs(x[i + 3]));
      // hardly ever true, while Math.max would wait for each step
      if (sum > widest) {
        widest = sum;
      }
    }
    return widest;
  }

  @Override
  public void fillTable(float[] x, int n, float factor, byte[] table) {
    for (int i = 0; i < n; i += 4) {
      float a = factor * x[i];
      float b = factor * x[i + 1];
      float c = factor * x[i + 2];
      float d = factor * x[i + 3];
      float none = (negative(a) + negative(b)) + (negative(c) + negative(d));
      for (int bits = 0; bits < 16; bits++) {
        float value =
            none
                + (((bits & 1) != 0 ? a : 0) + ((bits & 2) != 0 ? b : 0))
                + (((bits & 4) != 0 ? c : 0) + ((bits & 8) != 0 ? d : 0));
        int rounded = Float.floatToRawIntBits(value + TO_INTEGER) & INTEGER_BITS;
        table[4 * i + bits] = (byte) Math.min(rounded, MAX_ENTRY);
      }
    }
  }

  /** The size of a negative number, else 0; without a branch, for signs cannot be foreseen. */
  static float negative(float x) {
    return 0.5f * (Math.abs(x) - x);
  }

  @Override
  public int estimate(
      int[] sums,
      MemorySegment factors,
      long addOffset,
      long scaleOffset,
      float base,
      float beta,
      float step,
      float bias,
      float threshold,
      float[] keys) {
    MemorySegment memory = OffHeap.of(factors);
    int mask = 0;
    for (int j = 0; j < PASS; j++) {
      float add = Float.intBitsToFloat(memory.get(SHORT, addOffset + 2L * j) << 16);
      float scale = Float.intBitsToFloat(memory.get(SHORT, scaleOffset + 2L * j) << 16);
      float key = (base + beta * add) + scale * (step * sums[j] + bias);
      keys[j] = key;
      if (key < threshold) {
        mask |= 1 << j;
      }
    }
    return mask;
  }

  @Override
  public void hadamard(float[] x, int offset, int n) {
    for (int h = n >> 1; h > 0; h >>= 1) {
      for (int i = offset; i < offset + n; i += 2 * h) {
        for (int j = i; j < i + h; j++) {
          float u = x[j];
          float v = x[j + h];
          x[j] = u + v;
          x[j + h] = u - v;
        }
      }
    }
  }

  @Override
  public void flipSigns(float[] x, float[] signs, int n) {
    for (int i = 0; i < n; i++) {
      x[i] *= signs[i];
    }
  }

  @Override
  public void rotatePairs(float[] x, int n) {
    int half = n >> 1;
    for (int i = 0; i < half; i++) {
      float u = x[i];
      float v = x[i + half];
      x[i] = (u + v) * HALF_SQRT2;
      x[i + half] = (u - v) * HALF_SQRT2;
    }
  }

  @Override
  public void scale(float[] x, int offset, int n, float factor) {
    for (int i = offset; i < offset + n; i++) {
      x[i] *= factor;
    }
  }

  @Override
  public float signs(float[] x, int n, long[] bits) {
    float sum = 0;
    for (int w = 0; w < n >> 6; w++) {
      long word = 0;
      for (int i = 0; i < 64; i++) {
        float v = x[64 * w + i];
        if (v >= 0) {
          word |= 1L << i;
        }
        sum += Math.abs(v);
      }
      bits[w] = word;
    }
    return sum;
  }

  @Override
  public float signedSum(float[] x, int n, long[] bits) {
    float sum = 0;
    for (int i = 0; i < n; i++) {
      sum += (bits[i >> 6] >>> i & 1) != 0 ? x[i] : -x[i];
    }
    return sum;
  }
}
