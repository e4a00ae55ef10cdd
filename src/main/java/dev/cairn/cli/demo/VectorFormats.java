/* SPDX-License-Identifier: Apache-2.0 */
package dev.cairn.cli.demo;

import dev.cairn.codec.CairnCodec;
import dev.cairn.codec.CairnHnswVectorsFormat;
import dev.cairn.codec.EfSearch;
import org.apache.lucene.codecs.Codec;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.codecs.lucene99.Lucene99HnswVectorsFormat;
import org.apache.lucene.search.KnnFloatVectorQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.util.Version;

/** The two vector formats the demo compares, at equal graph parameters. */
enum VectorFormats {
  /** This project's format. */
  CAIRN("Cairn") {
    @Override
    KnnVectorsFormat newFormat() {
      return new CairnHnswVectorsFormat(MAX_CONN, BEAM_WIDTH);
    }

    @Override
    KnnFloatVectorQuery query(String field, float[] target, int k, Query filter, int efSearch) {
      return new KnnFloatVectorQuery(field, target, k, filter, new EfSearch(efSearch));
    }

    @Override
    String version() {
      return "code " + CodecFingerprint.of(CairnHnswVectorsFormat.class);
    }
  },

  /** Lucene's default format, whose beam width is the number of hits asked for. */
  LUCENE("Lucene") {
    @Override
    KnnVectorsFormat newFormat() {
      return new Lucene99HnswVectorsFormat(MAX_CONN, BEAM_WIDTH);
    }

    @Override
    KnnFloatVectorQuery query(String field, float[] target, int k, Query filter, int efSearch) {
      return new KnnFloatVectorQuery(field, target, Math.max(k, efSearch), filter);
    }

    @Override
    String version() {
      return "";
    }
  };

  static final int MAX_CONN = 16;
  static final int BEAM_WIDTH = 100;

  private final String label;

  VectorFormats(String label) {
    this.label = label;
  }

  String label() {
    return label;
  }

  abstract KnnVectorsFormat newFormat();

  /** A query that searches with the given beam width. */
  abstract KnnFloatVectorQuery query(
      String field, float[] target, int k, Query filter, int efSearch);

  /** What else an index depends on, beside the parameters and Lucene. */
  abstract String version();

  Codec codec() {
    return new CairnCodec(newFormat());
  }

  /** All that a cached index depends on. */
  String recipe() {
    return newFormat() + " Lucene " + Version.LATEST + " " + version();
  }
}
