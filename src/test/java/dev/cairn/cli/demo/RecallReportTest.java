/* SPDX-License-Identifier: Apache-2.0 */
package dev.cairn.cli.demo;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import dev.cairn.cli.data.SilentProgress;
import dev.cairn.cli.data.VectorFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.store.Directory;
import org.apache.lucene.util.VectorUtil;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

public class RecallReportTest {
  private static final int ROWS = 1000;
  private static final int DIMENSION = 16;

  @Rule public final TemporaryFolder folder = new TemporaryFolder();

  private final List<String> messages = new ArrayList<>();

  @Test
  public void bothFormatsAreMeasured() throws IOException {
    try (VectorFile vectors = randomUnitVectors();
        EvaluationIndexes indexes = open(new HeldOutQueries(vectors, 50))) {
      List<String> lines = new RecallReport(new HeldOutQueries(vectors, 50)).measure(indexes);
      assertEquals(7, lines.size());
      for (String line : lines.subList(1, lines.size())) {
        String[] cells = line.split(" +");
        assertTrue(line, cells[0].equals("Cairn") || cells[0].equals("Lucene"));
        // Beams of a twentieth of all vectors and more find nearly everything.
        double recall = Double.parseDouble(cells[2]);
        assertTrue(line, recall > 0.9 && recall <= 1);
        assertTrue(line, Integer.parseInt(cells[3].replace(",", "")) > 0);
      }
    }
    assertEquals(List.of(), messages);
  }

  @Test
  public void factsCoverEveryByteAndLevel() throws IOException {
    try (VectorFile vectors = randomUnitVectors();
        EvaluationIndexes indexes = open(new HeldOutQueries(vectors, 50));
        DirectoryReader reader = DirectoryReader.open(indexes.of(VectorFormats.CAIRN))) {
      List<String> lines = IndexFacts.describe(reader, EvaluationIndexes.FIELD);
      assertTrue(lines.get(1), lines.get(1).startsWith("_0 "));
      assertTrue(lines.get(1), lines.get(1).matches(".* 0 +950 / [0-9, /]+"));
      Directory directory = indexes.of(VectorFormats.CAIRN);
      long bytes = 0;
      for (String file : directory.listAll()) {
        if (file.startsWith("_")) {
          bytes += directory.fileLength(file);
        }
      }
      assertTrue(lines.toString(), lines.getLast().contains(IndexFacts.count(bytes)));
    }
  }

  private EvaluationIndexes open(HeldOutQueries data) throws IOException {
    IndexCache cache = new IndexCache(folder.getRoot().toPath(), messages::add);
    return new EvaluationIndexes(cache, data, "random", SilentProgress::start);
  }

  private VectorFile randomUnitVectors() throws IOException {
    Random random = new Random(1);
    ByteBuffer bytes =
        ByteBuffer.allocate(ROWS * DIMENSION * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (int row = 0; row < ROWS; row++) {
      float[] vector = new float[DIMENSION];
      for (int d = 0; d < DIMENSION; d++) {
        vector[d] = (float) random.nextGaussian();
      }
      for (float value : VectorUtil.l2normalize(vector)) {
        bytes.putFloat(value);
      }
    }
    Path file = folder.newFile().toPath();
    Files.write(file, bytes.array());
    return VectorFile.map(file, DIMENSION);
  }
}
