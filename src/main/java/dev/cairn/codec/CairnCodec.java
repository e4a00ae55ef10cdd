/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.codec;

import java.util.Objects;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.codecs.lucene104.Lucene104Codec;

/**
 * Lucene's default codec with Cairn for its vectors. It keeps the name and every other format of
 * {@link Lucene104Codec}, so segments are read back by Lucene's own codec wherever this jar is on
 * the class path: the vectors format is found by the name stored with the field.
 */
public class CairnCodec extends Lucene104Codec {
  private final KnnVectorsFormat vectorsFormat;

  /** Cairn with default parameters. */
  public CairnCodec() {
    this(new CairnHnswVectorsFormat());
  }

  /** A vectors format of choice for every field. */
  public CairnCodec(KnnVectorsFormat vectorsFormat) {
    this(Mode.BEST_SPEED, vectorsFormat);
  }

  /** A mode of stored fields, and a vectors format of choice for every field. */
  public CairnCodec(Mode mode, KnnVectorsFormat vectorsFormat) {
    super(mode);
    this.vectorsFormat = Objects.requireNonNull(vectorsFormat, "vectorsFormat");
  }

  /** The vectors format of a field; the same instance for all, unless a subclass says otherwise. */
  @Override
  public KnnVectorsFormat getKnnVectorsFormatForField(String field) {
    return vectorsFormat;
  }
}
