/* SPDX-License-Identifier: Apache-2.0 */
package dev.cairn.codec;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.KnnByteVectorField;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.document.StoredField;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.NoMergePolicy;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;

/**
 * Writes an index that every later build must read: {@code mvn -q test-compile exec:exec@golden}.
 * To be run once for each version and feature of the format, under a new name, and then never
 * again.
 */
final class GoldenIndex {
  /** Without centred codes, as before there were any. */
  static final String FIRST = "/golden/version-1.zip";

  /** With centred codes; the last that was written. */
  static final String CENTRED = "/golden/version-1-centred-codes.zip";

  static final int DOCUMENTS = 60;
  static final int DIMENSION = 10;

  private GoldenIndex() {}

  /** Argument: the file to write. */
  public static void main(String[] arguments) throws IOException {
    Path zip = Path.of(arguments[0] + CENTRED);
    Path index = Files.createTempDirectory("golden");
    IndexWriterConfig config =
        new IndexWriterConfig()
            .setCodec(new CairnCodec(new CairnHnswVectorsFormat(4, 30)))
            .setUseCompoundFile(false)
            .setMergePolicy(NoMergePolicy.INSTANCE);
    try (Directory directory = FSDirectory.open(index);
        IndexWriter writer = new IndexWriter(directory, config)) {
      for (int id = 0; id < DOCUMENTS; id++) {
        writer.addDocument(document(id));
      }
    }
    Files.createDirectories(zip.getParent());
    try (OutputStream out = Files.newOutputStream(zip);
        ZipOutputStream entries = new ZipOutputStream(out);
        Stream<Path> list = Files.list(index)) {
      List<Path> files =
          list.filter(f -> !f.endsWith(IndexWriter.WRITE_LOCK_NAME)).sorted().toList();
      for (Path file : files) {
        ZipEntry entry = new ZipEntry(file.getFileName().toString());
        entry.setTime(0);
        entries.putNextEntry(entry);
        Files.copy(file, entries);
        entries.closeEntry();
      }
    }
    System.out.println(zip + ": " + Files.size(zip) + " bytes");
  }

  static float[] floats(int id) {
    Random random = new Random(id);
    float[] vector = new float[DIMENSION];
    for (int i = 0; i < DIMENSION; i++) {
      vector[i] = random.nextFloat() - 0.5f;
    }
    return vector;
  }

  static byte[] bytes(int id) {
    byte[] vector = new byte[DIMENSION];
    new Random(id).nextBytes(vector);
    return vector;
  }

  private static Document document(int id) {
    Document document = new Document();
    document.add(new StoredField("id", id));
    for (VectorSimilarityFunction similarity :
        new VectorSimilarityFunction[] {
          VectorSimilarityFunction.EUCLIDEAN, VectorSimilarityFunction.MAXIMUM_INNER_PRODUCT
        }) {
      document.add(new KnnFloatVectorField("floats-" + similarity, floats(id), similarity));
    }
    if (id % 2 == 0) {
      document.add(new KnnByteVectorField("bytes", bytes(id), VectorSimilarityFunction.COSINE));
    }
    return document;
  }

  /** Unpacks an index of the test resources. */
  static void unpack(String name, Path to) throws IOException {
    try (InputStream in = GoldenIndex.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IOException("no " + name + "; see GoldenIndex");
      }
      ZipInputStream entries = new ZipInputStream(in);
      for (ZipEntry entry = entries.getNextEntry(); entry != null; entry = entries.getNextEntry()) {
        Files.write(to.resolve(entry.getName()), entries.readAllBytes());
      }
    }
  }
}
