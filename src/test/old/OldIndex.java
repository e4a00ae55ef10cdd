/* SPDX-License-Identifier: Apache-2.0 */

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.codecs.lucene100.Lucene100Codec;
import org.apache.lucene.codecs.lucene99.Lucene99HnswScalarQuantizedVectorsFormat;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.KnnByteVectorField;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.document.NumericDocValuesField;
import org.apache.lucene.document.StoredField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.Term;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;

/**
 * Writes {@code src/test/resources/golden/lucene-10.0.0.zip}, an index of Lucene 10.0.0 that is to
 * be migrated. Not compiled with the tests, for it needs that version:
 *
 * <p>{@code java -cp lucene-core-10.0.0.jar src/test/old/OldIndex.java
 * src/test/resources/golden/lucene-10.0.0.zip}
 */
public class OldIndex {
  public static void main(String[] arguments) throws Exception {
    Path index = Files.createTempDirectory("old");
    IndexWriterConfig config =
        new IndexWriterConfig()
            .setUseCompoundFile(false)
            .setCodec(
                new Lucene100Codec() {
                  @Override
                  public KnnVectorsFormat getKnnVectorsFormatForField(String field) {
                    return field.equals("quantized")
                        ? new Lucene99HnswScalarQuantizedVectorsFormat()
                        : super.getKnnVectorsFormatForField(field);
                  }
                });
    try (Directory directory = FSDirectory.open(index);
        IndexWriter writer = new IndexWriter(directory, config)) {
      Random random = new Random(10);
      for (int id = 0; id < 120; id++) {
        Document document = new Document();
        document.add(new StringField("id", "" + id, Field.Store.YES));
        document.add(new StoredField("square", id * id));
        document.add(new NumericDocValuesField("number", id));
        float[] floats = new float[8];
        for (int i = 0; i < 8; i++) {
          floats[i] = random.nextFloat();
        }
        byte[] bytes = new byte[8];
        random.nextBytes(bytes);
        document.add(
            new KnnFloatVectorField("quantized", floats, VectorSimilarityFunction.EUCLIDEAN));
        document.add(new KnnFloatVectorField("plain", floats, VectorSimilarityFunction.COSINE));
        document.add(new KnnByteVectorField("bytes", bytes, VectorSimilarityFunction.EUCLIDEAN));
        writer.addDocument(document);
      }
      writer.commit();
      writer.deleteDocuments(new Term("id", "7"), new Term("id", "70"));
    }
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(Path.of(arguments[0])));
        Stream<Path> files = Files.list(index)) {
      for (Path file : files.sorted().toList()) {
        if (!file.endsWith("write.lock")) {
          ZipEntry entry = new ZipEntry(file.getFileName().toString());
          entry.setTime(0);
          zip.putNextEntry(entry);
          Files.copy(file, zip);
          zip.closeEntry();
        }
      }
    }
  }
}
