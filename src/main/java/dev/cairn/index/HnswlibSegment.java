/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.index;

import dev.cairn.codec.LinkedVectorsReader;
import dev.cairn.graph.Links;
import java.util.Map;
import org.apache.lucene.codecs.DocValuesProducer;
import org.apache.lucene.codecs.FieldsProducer;
import org.apache.lucene.codecs.KnnVectorsReader;
import org.apache.lucene.codecs.NormsProducer;
import org.apache.lucene.codecs.PointsReader;
import org.apache.lucene.codecs.StoredFieldsReader;
import org.apache.lucene.codecs.TermVectorsReader;
import org.apache.lucene.index.CodecReader;
import org.apache.lucene.index.DocValuesSkipIndexType;
import org.apache.lucene.index.DocValuesType;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.FieldInfos;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.IndexOptions;
import org.apache.lucene.index.LeafMetaData;
import org.apache.lucene.index.StoredFieldVisitor;
import org.apache.lucene.index.VectorEncoding;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.util.Bits;
import org.apache.lucene.util.Version;

/**
 * A file of hnswlib's as a segment of Lucene's, for merging: vectors, links, labels and marks of
 * deletion are read from the file when they are asked for.
 */
final class HnswlibSegment extends CodecReader {
  private final HnswlibFile file;
  private final Runnable progress;
  private final FieldInfos infos;

  /**
   * A segment.
   *
   * @param hasDeleted whether an element is marked deleted
   * @param progress is run for each element whose links are asked for
   */
  HnswlibSegment(
      HnswlibFile file,
      boolean hasDeleted,
      VectorSimilarityFunction similarity,
      Runnable progress) {
    this.file = file;
    this.progress = progress;
    FieldInfo label = field(Fields.LABEL, 0, DocValuesType.NUMERIC, IndexOptions.NONE);
    FieldInfo term = field(Fields.termField(), 1, DocValuesType.NONE, IndexOptions.DOCS);
    FieldInfo vector =
        field(
            Fields.VECTOR,
            2,
            DocValuesType.NONE,
            IndexOptions.NONE,
            file.header().dimension(),
            similarity);
    FieldInfo mark = field(Fields.DELETED, 3, DocValuesType.NUMERIC, IndexOptions.NONE);
    this.infos =
        new FieldInfos(
            hasDeleted
                ? new FieldInfo[] {label, term, vector, mark}
                : new FieldInfo[] {label, term, vector});
  }

  private static FieldInfo field(
      String name, int number, DocValuesType docValues, IndexOptions terms) {
    // the similarity is the one that Lucene notes for fields without vectors
    return field(name, number, docValues, terms, 0, VectorSimilarityFunction.EUCLIDEAN);
  }

  private static FieldInfo field(
      String name,
      int number,
      DocValuesType docValues,
      IndexOptions terms,
      int dimension,
      VectorSimilarityFunction similarity) {
    return new FieldInfo(
        name,
        number,
        false,
        terms != IndexOptions.NONE,
        false,
        terms,
        docValues,
        DocValuesSkipIndexType.NONE,
        -1,
        Map.of(),
        0,
        0,
        0,
        dimension,
        VectorEncoding.FLOAT32,
        similarity,
        name.equals(Fields.DELETED),
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
  public FieldsProducer getPostingsReader() {
    long[] labels = new long[file.size()];
    for (int element = 0; element < labels.length; element++) {
      labels[element] = file.label(element);
    }
    return new LabelTerms(labels);
  }

  @Override
  public DocValuesProducer getDocValuesReader() {
    return new HnswlibDocValues(file);
  }

  @Override
  public StoredFieldsReader getFieldsReader() {
    return new NothingStored();
  }

  @Override
  public TermVectorsReader getTermVectorsReader() {
    return null;
  }

  @Override
  public NormsProducer getNormsReader() {
    return null;
  }

  @Override
  public PointsReader getPointsReader() {
    return null;
  }

  @Override
  public Bits getLiveDocs() {
    return null; // marks are soft deletes
  }

  @Override
  public LeafMetaData getMetaData() {
    return new LeafMetaData(Version.LATEST.major, Version.LATEST, null, false);
  }

  @Override
  public int numDocs() {
    return file.size();
  }

  @Override
  public int maxDoc() {
    return file.size();
  }

  @Override
  public CacheHelper getCoreCacheHelper() {
    return null;
  }

  @Override
  public CacheHelper getReaderCacheHelper() {
    return null;
  }

  private static final class NothingStored extends StoredFieldsReader {
    @Override
    public void document(int document, StoredFieldVisitor visitor) {
      // no fields
    }

    @Override
    public StoredFieldsReader clone() {
      return new NothingStored();
    }

    @Override
    public void checkIntegrity() {
      // there is no file
    }

    @Override
    public void close() {
      // nothing to close
    }
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
