/* SPDX-License-Identifier: Apache-2.0 */
package dev.cairn.cli.bench.report;

import static dev.cairn.cli.bench.report.InterpolationTest.point;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import dev.cairn.cli.bench.system.BenchSystem;
import dev.cairn.cli.bench.system.BuildCost;
import dev.cairn.cli.bench.system.IndexKind;
import dev.cairn.cli.bench.system.Parts;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.imageio.ImageIO;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** Tables and plots. */
public class ReportsTest {
  private static final int TERMINAL = 120;

  @Rule public final TemporaryFolder folder = new TemporaryFolder();

  private static IndexFigures index(IndexKind kind, int documents) {
    return new IndexFigures(
        kind,
        documents,
        new BuildCost(12_345.6, 12_345.6, 12_345.6 / (1 + kind.ordinal()), 12_345.6, 13),
        new TreeMap<>(Map.of(Parts.VECTORS, 1L << 30, Parts.GRAPH, 1L << 31, Parts.OTHER, 1L)));
  }

  private static List<Point> points() {
    List<Point> points = new ArrayList<>();
    for (BenchSystem system : BenchSystem.values()) {
      for (int i = 0; i < 4; i++) {
        double qps = 123_456 / (1 + i) / (system == BenchSystem.LUCENE ? 4 : 1);
        points.add(point(system, 10 << i, .9 + i * .03, qps));
      }
    }
    return points;
  }

  private static void assertFits(List<String> lines) {
    for (String line : lines) {
      assertTrue(line, line.length() <= TERMINAL);
    }
  }

  @Test
  public void tablesFitATerminal() {
    List<IndexFigures> indexes =
        Arrays.stream(IndexKind.values()).map(kind -> index(kind, 1_234_567)).toList();
    assertFits(Tables.indexes(indexes));
    assertFits(Tables.points(points(), 10));
    assertFits(Tables.atRecall(points(), Point::qpsBest));
    MergeTable merges = new MergeTable(10);
    indexes.forEach(index -> merges.compareWith(index, true));
    indexes.forEach(index -> merges.add(index, points().getFirst(), true));
    assertFits(merges.lines());
  }

  @Test
  public void ratiosAreThoseToLucene() {
    List<String> lines = Tables.atRecall(points(), Point::qpsBest);
    String cairn = lines.stream().filter(line -> line.startsWith("cairn ")).findFirst().orElse("");
    assertTrue(cairn, cairn.matches("cairn +123,456 +4\\.00x .*"));
    assertTrue(cairn, cairn.endsWith("4.00x"));
  }

  @Test
  public void ratiosOfMergesAreThoseToLucene() {
    MergeTable table = new MergeTable(10);
    IndexFigures lucene = index(IndexKind.LUCENE, 10);
    table.compareWith(lucene, false);
    table.add(index(IndexKind.CAIRN, 10), points().getFirst(), false);
    table.add(index(IndexKind.CAIRN, 11), points().getFirst(), false);
    assertTrue(table.lines().get(1), table.lines().get(1).contains("  0.50x  "));
    assertTrue(table.lines().get(2), table.lines().get(2).matches(".* -  .*"));
  }

  @Test
  public void plotsAreImages() throws IOException {
    Path file = folder.getRoot().toPath().resolve("recall.png");
    Plots.recallAgainstSpeed(file, "recall", points());
    assertIsDrawn(file);
    Path merges = folder.getRoot().toPath().resolve("merges.png");
    Plots.timeAgainstDocuments(
        merges,
        "merges",
        List.of(
            index(IndexKind.CAIRN, 10),
            index(IndexKind.LUCENE, 10),
            index(IndexKind.CAIRN, 1000),
            index(IndexKind.LUCENE, 1000)));
    assertIsDrawn(merges);
  }

  /** It has the colour of Cairn's curve in it. */
  private static void assertIsDrawn(Path file) throws IOException {
    BufferedImage image = ImageIO.read(file.toFile());
    assertEquals(1600, image.getWidth());
    int count = 0;
    for (int x = 0; x < image.getWidth(); x++) {
      for (int y = 0; y < image.getHeight(); y++) {
        int rgb = image.getRGB(x, y);
        if ((rgb >> 16 & 255) > 190 && (rgb >> 8 & 255) < 60 && (rgb & 255) < 60) {
          count++;
        }
      }
    }
    assertTrue("only " + count + " pixels of the curve", count > 1000);
  }

  @Test
  public void refusesPlotsThatNobodyCanRead() {
    Path file = folder.getRoot().toPath().resolve("a.png");
    List<Point> useless = List.of(point(BenchSystem.CAIRN, 1, .1, 10));
    assertThrows(IOException.class, () -> Plots.recallAgainstSpeed(file, "useless", useless));
  }
}
