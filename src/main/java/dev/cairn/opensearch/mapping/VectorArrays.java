/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.opensearch.mapping;

import dev.cairn.codec.CairnHnswVectorsFormat;
import java.io.IOException;
import java.util.Arrays;
import org.opensearch.core.xcontent.XContentParser;
import org.opensearch.core.xcontent.XContentParser.Token;

/** Vectors as JSON arrays of numbers. */
public final class VectorArrays {
  private VectorArrays() {}

  /**
   * Reads an array to its end, whatever is in it, so that the parser stands well even when the
   * vector is refused.
   *
   * @param parser standing on the array's start
   * @param what names the vector in messages
   * @throws IllegalArgumentException if this is no array of finite numbers, or has more of them
   *     than any field takes
   */
  public static float[] read(XContentParser parser, String what) throws IOException {
    if (parser.currentToken() != Token.START_ARRAY) {
      throw new IllegalArgumentException(
          what + " must be an array of numbers, got " + shown(parser));
    }
    float[] vector = new float[64];
    int size = 0;
    String problem = null;
    for (Token token = parser.nextToken();
        token != Token.END_ARRAY && token != null;
        token = parser.nextToken()) {
      float value = 0;
      if (token == Token.VALUE_NUMBER) {
        value = (float) parser.doubleValue();
        if (problem == null && Float.isFinite(value) == false) {
          problem = " must be finite in float32, got " + parser.text();
        }
      } else if (problem == null) {
        problem = " must be a number, got " + shown(parser);
      }
      if (token == Token.START_ARRAY || token == Token.START_OBJECT) {
        parser.skipChildren();
      }
      if (problem != null) {
        continue;
      }
      if (size == vector.length) {
        vector = Arrays.copyOf(vector, size * 2);
      }
      vector[size++] = value;
      if (size > CairnHnswVectorsFormat.MAX_DIMENSIONS) {
        problem = " is one too many: at most " + CairnHnswVectorsFormat.MAX_DIMENSIONS;
        size--;
      }
    }
    if (problem != null) {
      throw new IllegalArgumentException(what + ": element " + size + problem);
    }
    return Arrays.copyOf(vector, size);
  }

  private static String shown(XContentParser parser) throws IOException {
    return switch (parser.currentToken()) {
      case START_OBJECT -> "an object";
      case START_ARRAY -> "an array (one vector for each document; several go into nested objects)";
      case VALUE_STRING -> "the text [" + parser.text() + "]";
      case VALUE_NULL -> "null";
      default -> "[" + parser.text() + "]";
    };
  }
}
