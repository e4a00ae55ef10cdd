/* SPDX-License-Identifier: Apache-2.0 */
package dev.cairn.cli.migrate;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.apache.lucene.analysis.standard.StandardAnalyzer;
import org.apache.lucene.document.BinaryDocValuesField;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.FieldType;
import org.apache.lucene.document.IntPoint;
import org.apache.lucene.document.KnnByteVectorField;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.document.NumericDocValuesField;
import org.apache.lucene.document.SortedNumericDocValuesField;
import org.apache.lucene.document.SortedSetDocValuesField;
import org.apache.lucene.document.StoredField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.document.TextField;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.NoMergePolicy;
import org.apache.lucene.index.Term;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.tests.util.TestUtil;
import org.apache.lucene.util.BytesRef;

/** An index of everything that documents can hold, with deletions and updates. */
public final class SourceIndex {
  private static final String[] WORDS = "stone path snow ridge fog light north wind".split(" ");

  private SourceIndex() {}

  /** Writes the index. */
  static void write(Path path, IndexWriterConfig config, int documents, int segments, long seed)
      throws IOException {
    Random random = new Random(seed);
    try (Directory directory = FSDirectory.open(path);
        IndexWriter writer =
            new IndexWriter(directory, config.setMergePolicy(NoMergePolicy.INSTANCE))) {
      for (int id = 0; id < documents; id++) {
        writer.addDocument(document(id, random));
        if ((id + 1) % Math.max(1, documents / segments) == 0) {
          writer.commit();
        }
      }
      for (int id = 0; id < documents; id++) {
        switch (random.nextInt(12)) {
          case 0 -> writer.deleteDocuments(new Term("id", String.valueOf(id)));
          case 1 -> writer.updateNumericDocValue(new Term("id", "" + id), "rank", -id);
          case 2 -> delete(writer, config, id);
          default -> {}
        }
      }
      writer.setLiveCommitData(Map.of("owner", "cairn").entrySet());
      writer.commit();
    }
  }

  private static void delete(IndexWriter writer, IndexWriterConfig config, int id)
      throws IOException {
    String softDeletes = config.getSoftDeletesField();
    if (softDeletes != null) {
      Document empty = new Document();
      empty.add(new StringField("id", "gone", Field.Store.YES));
      writer.softUpdateDocument(
          new Term("id", "" + id), empty, new NumericDocValuesField(softDeletes, 1));
    }
  }

  static IndexWriterConfig config() {
    // not a random one, of which some can be read by nobody but the test that wrote them
    return new IndexWriterConfig(new StandardAnalyzer()).setCodec(TestUtil.getDefaultCodec());
  }

  static Document document(int id, Random random) {
    Document document = new Document();
    document.add(new StringField("id", String.valueOf(id), Field.Store.YES));
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(20); i >= 0; i--) {
      text.append(WORDS[random.nextInt(WORDS.length)]).append(' ');
    }
    FieldType type = new FieldType(TextField.TYPE_STORED);
    type.setStoreTermVectors(true);
    type.setStoreTermVectorPositions(true);
    document.add(new Field("text", text.toString(), type));
    document.add(new IntPoint("point", id, -id));
    document.add(new StoredField("weight", random.nextDouble()));
    document.add(new StoredField("bytes", bytes(text.toString())));
    document.add(new NumericDocValuesField("number", id));
    document.add(new NumericDocValuesField("rank", id));
    document.add(new BinaryDocValuesField("binary", new BytesRef(text)));
    document.add(new SortedNumericDocValuesField("numbers", id % 7));
    document.add(new SortedNumericDocValuesField("numbers", id % 5));
    document.add(new SortedSetDocValuesField("words", new BytesRef(WORDS[id % WORDS.length])));
    if (id % 3 != 0) {
      float[] vector = new float[20];
      for (int i = 0; i < vector.length; i++) {
        vector[i] = (float) random.nextGaussian();
      }
      document.add(new KnnFloatVectorField("floats", vector, VectorSimilarityFunction.COSINE));
    }
    if (id % 4 != 0) {
      byte[] vector = new byte[9];
      random.nextBytes(vector);
      document.add(
          new KnnByteVectorField("bytesVector", vector, VectorSimilarityFunction.EUCLIDEAN));
    }
    return document;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** Name and checksum of every file, to see that none was touched. */
  static Map<String, Long> checksums(Path path) throws IOException {
    Map<String, Long> sums = new TreeMap<>();
    try (Stream<Path> files = Files.list(path)) {
      for (Path file : files.toList()) {
        CRC32 sum = new CRC32();
        sum.update(Files.readAllBytes(file));
        sums.put(file.getFileName().toString(), sum.getValue());
      }
    }
    return sums;
  }
}
