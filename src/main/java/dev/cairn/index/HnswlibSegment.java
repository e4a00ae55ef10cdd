/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.index;

import dev.cairn.codec.LinkedVectorsReader;
import dev.cairn.graph.Links;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.lucene.codecs.KnnVectorsReader;
import org.apache.lucene.index.CodecReader;
import org.apache.lucene.index.DocValuesSkipIndexType;
import org.apache.lucene.index.DocValuesType;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.FieldInfos;
import org.apache.lucene.index.FilterCodecReader;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.IndexOptions;
import org.apache.lucene.index.VectorEncoding;
import org.apache.lucene.index.VectorSimilarityFunction;

/**
 * A file of hnswlib's as a segment: vectors and links come from the file, labels and marks of
 * deletion from a segment of Lucene's that has as many documents in the same order.
 */
final class HnswlibSegment extends FilterCodecReader {
  private final HnswlibFile file;
  private final Runnable progress;
  private final FieldInfos infos;

  HnswlibSegment(
      CodecReader labels,
      HnswlibFile file,
      VectorSimilarityFunction similarity,
      Runnable progress) {
    super(labels);
    this.file = file;
    this.progress = progress;
    List<FieldInfo> all = new ArrayList<>();
    int number = 0;
    for (FieldInfo info : labels.getFieldInfos()) {
      all.add(info);
      number = Math.max(number, info.number + 1);
    }
    all.add(vectorField(number, similarity));
    this.infos = new FieldInfos(all.toArray(FieldInfo[]::new));
  }

  private FieldInfo vectorField(int number, VectorSimilarityFunction similarity) {
    return new FieldInfo(
        Fields.VECTOR,
        number,
        false,
        false,
        false,
        IndexOptions.NONE,
        DocValuesType.NONE,
        DocValuesSkipIndexType.NONE,
        -1,
        Map.of(),
        0,
        0,
        0,
        file.header().dimension(),
        VectorEncoding.FLOAT32,
        similarity,
        false,
        false);
  }

  @Override
  public FieldInfos getFieldInfos() {
    return infos;
  }

  @Override
  public KnnVectorsReader getVectorReader() {
    return new Reader();
  }

  @Override
  public CacheHelper getCoreCacheHelper() {
    return null;
  }

  @Override
  public CacheHelper getReaderCacheHelper() {
    return null;
  }

  private final class Reader extends LinkedVectorsReader {
    @Override
    public Links links(String field) {
      return new Progressing(file, progress);
    }

    @Override
    public FloatVectorValues getFloatVectorValues(String field) {
      return new Vectors(file);
    }

    @Override
    public void checkIntegrity() {
      // there is no checksum; everything was checked when the file was opened
    }

    @Override
    public void close() {
      // the file is its owner's
    }
  }

  /** Links that tell how far their reader is. */
  private record Progressing(HnswlibFile file, Runnable progress) implements Links {
    @Override
    public int entry() {
      return file.entry();
    }

    @Override
    public int level(int ordinal) {
      return file.level(ordinal);
    }

    @Override
    public int degree(int level) {
      return file.degree(level);
    }

    @Override
    public int neighbours(int ordinal, int level, int[] into) {
      if (level == 0) {
        progress.run();
      }
      return file.neighbours(ordinal, level, into);
    }
  }

  private static final class Vectors extends FloatVectorValues {
    private final HnswlibFile file;
    private final float[] value;

    private Vectors(HnswlibFile file) {
      this.file = file;
      this.value = new float[file.header().dimension()];
    }

    @Override
    public float[] vectorValue(int ordinal) {
      file.vector(ordinal, value);
      return value;
    }

    @Override
    public int dimension() {
      return value.length;
    }

    @Override
    public int size() {
      return file.size();
    }

    @Override
    public FloatVectorValues copy() {
      return new Vectors(file);
    }

    @Override
    public DocIndexIterator iterator() {
      return createDenseIterator();
    }
  }
}
