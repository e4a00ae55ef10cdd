/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.opensearch.mapping;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import org.apache.lucene.index.VectorEncoding;

/** What a vector consists of, by the names that mappings use. */
public enum ElementType {
  /** 32-bit floating point numbers. */
  FLOAT(VectorEncoding.FLOAT32),
  /** Integers from -128 to 127. */
  BYTE(VectorEncoding.BYTE);

  private final VectorEncoding encoding;

  ElementType(VectorEncoding encoding) {
    this.encoding = encoding;
  }

  /** What Lucene calls it. */
  public VectorEncoding encoding() {
    return encoding;
  }

  static String names() {
    return Arrays.stream(values()).map(Object::toString).collect(Collectors.joining(", "));
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
