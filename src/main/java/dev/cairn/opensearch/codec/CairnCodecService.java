/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.opensearch.codec;

import org.apache.lucene.codecs.Codec;
import org.apache.lucene.codecs.FilterCodec;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.opensearch.index.codec.CodecService;
import org.opensearch.index.codec.CodecServiceConfig;
import org.opensearch.index.mapper.MapperService;

/**
 * The codecs of OpenSearch, each with Cairn's format for {@code cairn_vector} fields and all else
 * as it was. They keep their names, so segments stay those of Lucene's own codec: what is ours is
 * the name of the format that each field carries.
 */
public final class CairnCodecService extends CodecService {
  private final MapperService mapperService;
  private final GraphWork work;

  /** The codecs of one index. */
  public CairnCodecService(CodecServiceConfig config, GraphWork work) {
    super(
        config.getMapperService(),
        config.getIndexSettings(),
        config.getLogger(),
        config.getAdditionalCodecs());
    this.mapperService = config.getMapperService();
    this.work = work;
  }

  @Override
  public Codec codec(String name) {
    Codec codec = super.codec(name);
    // without mappings there is nothing to write
    return mapperService == null ? codec : new WithVectors(codec);
  }

  private final class WithVectors extends FilterCodec {
    private final KnnVectorsFormat vectors;

    WithVectors(Codec codec) {
      super(codec.getName(), codec);
      this.vectors = new FieldFormats(codec.knnVectorsFormat(), mapperService, work);
    }

    @Override
    public KnnVectorsFormat knnVectorsFormat() {
      return vectors;
    }
  }
}
