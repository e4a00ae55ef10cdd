/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.opensearch.codec;

import dev.cairn.codec.CairnHnswParameters;
import dev.cairn.opensearch.mapping.CairnVectorFieldType;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.codecs.perfield.PerFieldKnnVectorsFormat;
import org.opensearch.index.mapper.MapperService;

/** Chooses each field's vectors format by the mapping as it is when a segment is written. */
final class FieldFormats extends PerFieldKnnVectorsFormat {
  private final KnnVectorsFormat others;
  private final MapperService mapperService;
  private final GraphWork work;
  // Lucene tells formats apart by identity: equal parameters share one set of files
  private final Map<CairnHnswParameters, KnnVectorsFormat> formats = new ConcurrentHashMap<>();

  FieldFormats(KnnVectorsFormat others, MapperService mapperService, GraphWork work) {
    this.others = others;
    this.mapperService = mapperService;
    this.work = work;
  }

  @Override
  public KnnVectorsFormat getKnnVectorsFormatForField(String field) {
    if (mapperService.fieldType(field) instanceof CairnVectorFieldType type) {
      return formats.computeIfAbsent(
          type.parameters(), parameters -> new CountingVectorsFormat(parameters, work));
    }
    return others instanceof PerFieldKnnVectorsFormat perField
        ? perField.getKnnVectorsFormatForField(field)
        : others;
  }
}
