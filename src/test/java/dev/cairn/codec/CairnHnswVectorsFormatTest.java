/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.codec;

import org.apache.lucene.codecs.Codec;
import org.apache.lucene.tests.index.BaseKnnVectorsFormatTestCase;

/** Lucene's tests of a vectors format, with default parameters. */
public class CairnHnswVectorsFormatTest extends BaseKnnVectorsFormatTestCase {
  @Override
  protected Codec getCodec() {
    return new CairnCodec();
  }

  /** Byte fields have no float view. */
  @Override
  protected boolean supportsFloatVectorFallback() {
    return false;
  }
}
