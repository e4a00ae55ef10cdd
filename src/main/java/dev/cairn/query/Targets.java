/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.query;

import dev.cairn.codec.CairnHnswParameters;
import java.util.Locale;

/** Checks of what queries are made with. */
final class Targets {
  private Targets() {}

  /** A copy of a vector all of whose components are finite. */
  static float[] checkFinite(String field, float[] target) {
    for (int i = 0; i < target.length; i++) {
      if (!Float.isFinite(target[i])) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "field \"%s\": component %d of the target is %s, not a finite number",
                field,
                i,
                target[i]));
      }
    }
    return target.clone();
  }

  static int checkRange(String field, String name, int value) {
    if (value < 1 || value > CairnHnswParameters.MAX_EF_SEARCH) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "field \"%s\": %s must be from 1 to %d, got %d",
              field,
              name,
              CairnHnswParameters.MAX_EF_SEARCH,
              value));
    }
    return value;
  }
}
