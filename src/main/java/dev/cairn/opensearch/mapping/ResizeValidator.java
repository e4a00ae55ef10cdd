/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.opensearch.mapping;

import java.util.function.Supplier;
import org.opensearch.cluster.metadata.IndexMetadata;
import org.opensearch.cluster.metadata.Metadata;
import org.opensearch.core.index.Index;
import org.opensearch.index.IndexCreationValidator;
import org.opensearch.index.IndexSettings;
import org.opensearch.index.mapper.MapperService;

/**
 * Refuses to split, shrink or clone an index with the codec into one without. The mapping comes
 * along only once the new index is there, and no shard of it could take the vector fields.
 */
public final class ResizeValidator implements IndexCreationValidator {
  private final Supplier<Metadata> metadata;

  /**
   * A validator.
   *
   * @param metadata of the cluster as it is when an index is created
   */
  public ResizeValidator(Supplier<Metadata> metadata) {
    this.metadata = metadata;
  }

  @Override
  public void validate(MapperService mapperService, IndexSettings target) {
    Index source = target.getIndexMetadata().getResizeSourceIndex();
    IndexMetadata from = source == null ? null : metadata.get().index(source);
    if (from != null
        && CairnSettings.ENABLED.get(from.getSettings())
        && CairnSettings.ENABLED.get(target.getSettings()) == false) {
      throw new IllegalArgumentException(
          "index ["
              + target.getIndex().getName()
              + "] is made from ["
              + source.getName()
              + "], so its setting ["
              + CairnSettings.ENABLED.getKey()
              + "] must be [true] as well, got ["
              + target.getSettings().get(CairnSettings.ENABLED.getKey())
              + "]");
    }
  }
}
