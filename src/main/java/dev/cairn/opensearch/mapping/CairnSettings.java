/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.opensearch.mapping;

import java.util.List;
import java.util.Locale;
import org.opensearch.common.settings.Setting;
import org.opensearch.common.settings.Setting.Property;
import org.opensearch.common.settings.Settings;

/** The plugin's index settings, both fixed when an index is created. */
public final class CairnSettings {
  /** Where the graphs of an index's {@code cairn_vector} fields come from. */
  public enum Format {
    /** Cairn's graphs. */
    CAIRN,
    /** Lucene's own default format, to measure the difference on one's own data. */
    LUCENE;

    private static Format parse(String value) {
      return switch (value.toLowerCase(Locale.ROOT)) {
        case "cairn" -> CAIRN;
        case "lucene" -> LUCENE;
        default ->
            throw new IllegalArgumentException(
                "[index.cairn.format] must be [cairn] or [lucene], got [" + value + "]");
      };
    }
  }

  /** Switches the codec on: {@code index.cairn}. */
  public static final Setting<Boolean> ENABLED =
      new Setting<>(
          "index.cairn",
          "false",
          CairnSettings::parseEnabled,
          Property.IndexScope,
          Property.Final,
          Property.UnmodifiableOnRestore);

  /** The format of the vectors: {@code index.cairn.format}. */
  public static final Setting<Format> FORMAT =
      new Setting<>(
          "index.cairn.format",
          "cairn",
          Format::parse,
          Property.IndexScope,
          Property.Final,
          Property.UnmodifiableOnRestore);

  private CairnSettings() {}

  private static boolean parseEnabled(String value) {
    return switch (value) {
      case "true" -> true;
      case "false" -> false;
      default ->
          throw new IllegalArgumentException(
              "[index.cairn] must be [true] or [false], got [" + value + "]");
    };
  }

  /** All of them. */
  public static List<Setting<?>> all() {
    return List.of(ENABLED, FORMAT);
  }

  /** Refuses a vector field in an index that would store it in Lucene's format unasked. */
  static void requireEnabled(String field, Settings indexSettings) {
    if (ENABLED.get(indexSettings) == false) {
      throw new IllegalArgumentException(
          "field ["
              + field
              + "] of type [cairn_vector] needs the index setting [index.cairn]: create the index"
              + " with {\"settings\": {\"index.cairn\": true}}");
    }
  }
}
