/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.codec;

import org.apache.lucene.codecs.Codec;
import org.apache.lucene.tests.index.BaseKnnVectorsFormatTestCase;

/** Lucene's tests of a vectors format, with lists of several passes. */
public class LargeMFormatTest extends BaseKnnVectorsFormatTestCase {
  @Override
  protected Codec getCodec() {
    return new CairnCodec(new CairnHnswVectorsFormat(48, 100));
  }

  /** Byte fields have no float view. */
  @Override
  protected boolean supportsFloatVectorFallback() {
    return false;
  }
}
