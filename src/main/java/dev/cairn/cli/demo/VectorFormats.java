/* SPDX-License-Identifier: Apache-2.0 */
package dev.cairn.cli.demo;

import org.apache.lucene.codecs.Codec;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.codecs.lucene104.Lucene104Codec;
import org.apache.lucene.codecs.lucene99.Lucene99HnswVectorsFormat;
import org.apache.lucene.search.KnnFloatVectorQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.util.Version;

/** The two vector formats the demo compares, at equal graph parameters. */
enum VectorFormats {
  /** This project's format. */
  CAIRN("Cairn", new Lucene99HnswVectorsFormat(16, 100)),
  /** Lucene's default format. */
  LUCENE("Lucene", new Lucene99HnswVectorsFormat(16, 100));

  private final String label;
  private final KnnVectorsFormat format;

  VectorFormats(String label, KnnVectorsFormat format) {
    this.label = label;
    this.format = format;
  }

  String label() {
    return label;
  }

  Codec codec() {
    return new Lucene104Codec() {
      @Override
      public KnnVectorsFormat getKnnVectorsFormatForField(String field) {
        return format;
      }
    };
  }

  /** A query that walks the graph with the given beam width. */
  KnnFloatVectorQuery query(String field, float[] target, int k, Query filter, int efSearch) {
    return new KnnFloatVectorQuery(field, target, Math.max(k, efSearch), filter);
  }

  /** All that a cached index depends on: name, parameters and version. */
  String describe() {
    return format + " Lucene " + Version.LATEST;
  }
}
