/* SPDX-License-Identifier: Apache-2.0 */
package dev.cairn.cli.bench.report;

import dev.cairn.cli.bench.system.BenchSystem;
import dev.cairn.cli.bench.system.IndexKind;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.BitmapEncoder.BitmapFormat;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.XYStyler;
import org.knowm.xchart.style.markers.Marker;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Plots to be shown on a screen across a room. */
public final class Plots {
  private static final int WIDTH = 1600;
  private static final int HEIGHT = 1000;

  /** Recalls below are of no use to anybody. */
  private static final double LEAST_RECALL = .80;

  private static final Marker[] MARKERS = {
    SeriesMarkers.CIRCLE, SeriesMarkers.DIAMOND, SeriesMarkers.SQUARE, SeriesMarkers.TRIANGLE_UP
  };

  private Plots() {}

  /**
   * Recall against queries a second, the latter on a logarithmic axis.
   *
   * @throws IllegalArgumentException if the file does not end in {@code .png}
   */
  public static void recallAgainstSpeed(Path file, String title, List<Point> points)
      throws IOException {
    XYChart chart = chart(title, "recall", "queries per second");
    Map<BenchSystem, List<Point>> bySystem = new LinkedHashMap<>();
    points.stream()
        .filter(p -> p.recall() >= LEAST_RECALL)
        .sorted(Comparator.comparing(Point::system).thenComparing(Point::ef))
        .forEach(p -> bySystem.computeIfAbsent(p.system(), s -> new ArrayList<>()).add(p));
    if (bySystem.isEmpty()) {
      throw new IOException("no plot: no system reached a recall of " + LEAST_RECALL);
    }
    bySystem.forEach(
        (system, curve) ->
            look(
                chart.addSeries(
                    system.label(),
                    curve.stream().mapToDouble(Point::recall).toArray(),
                    curve.stream().mapToDouble(Point::qpsBest).toArray()),
                system.kind(),
                system.ordinal()));
    XYStyler style = chart.getStyler();
    style.setYAxisLogarithmic(true);
    style.setYAxisTickLabelsFormattingFunction(Plots::thousands);
    style.setXAxisTickLabelsFormattingFunction(x -> String.format(Locale.ROOT, "%.2f", x));
    style.setLegendPosition(LegendPosition.InsideSW);
    save(chart, file);
  }

  /** Seconds of indexing and merging against the number of documents. */
  public static void timeAgainstDocuments(Path file, String title, List<IndexFigures> indexes)
      throws IOException {
    XYChart chart = chart(title, "documents", "seconds to index and merge to one segment");
    Map<IndexKind, List<IndexFigures>> byKind = new LinkedHashMap<>();
    indexes.forEach(i -> byKind.computeIfAbsent(i.kind(), k -> new ArrayList<>()).add(i));
    byKind.forEach(
        (kind, curve) -> {
          double[] documents = curve.stream().mapToDouble(IndexFigures::documents).toArray();
          look(
              chart.addSeries(
                  kind.label(),
                  documents,
                  curve.stream().mapToDouble(i -> i.cost().totalSeconds()).toArray()),
              kind,
              0);
          if (curve.stream().anyMatch(i -> i.cost().segments() > 1)) {
            XYSeries merging =
                chart.addSeries(
                    kind.label() + ", merge alone",
                    documents,
                    curve.stream().mapToDouble(i -> i.cost().mergeSeconds()).toArray());
            look(merging, kind, 1);
            merging.setLineStyle(dashed());
          }
        });
    chart.getStyler().setYAxisTickLabelsFormattingFunction(y -> Tables.count(y));
    chart.getStyler().setXAxisTickLabelsFormattingFunction(Plots::thousands);
    chart.getStyler().setYAxisMin(0.0);
    chart.getStyler().setLegendPosition(LegendPosition.InsideNW);
    save(chart, file);
  }

  private static XYChart chart(String title, String x, String y) {
    XYChart chart =
        new XYChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title(title)
            .xAxisTitle(x)
            .yAxisTitle(y)
            .build();
    XYStyler style = chart.getStyler();
    style.setChartTitleFont(font(Font.BOLD, 30));
    style.setAxisTitleFont(font(Font.PLAIN, 28));
    style.setAxisTickLabelsFont(font(Font.PLAIN, 24));
    style.setLegendFont(font(Font.PLAIN, 24));
    style.setChartBackgroundColor(Color.WHITE);
    style.setPlotBorderVisible(false);
    style.setPlotGridLinesColor(new Color(225, 225, 225));
    style.setMarkerSize(13);
    style.setChartPadding(25);
    return chart;
  }

  private static Font font(int face, int size) {
    return new Font(Font.SANS_SERIF, face, size);
  }

  /** One colour for each index, bold for Cairn's. */
  private static void look(XYSeries series, IndexKind kind, int variant) {
    Color color =
        switch (kind) {
          case CAIRN -> new Color(200, 40, 30);
          case LUCENE -> new Color(30, 90, 180);
          case LUCENE_8BIT -> new Color(0, 150, 150);
          case LUCENE_4BIT -> new Color(90, 170, 60);
          case LUCENE_1BIT -> new Color(140, 90, 190);
          case JVECTOR -> new Color(235, 145, 0);
        };
    series.setLineColor(color);
    series.setMarkerColor(color);
    series.setMarker(MARKERS[variant % MARKERS.length]);
    series.setLineStyle(new BasicStroke(kind == IndexKind.CAIRN ? 5f : 3f));
  }

  private static BasicStroke dashed() {
    return new BasicStroke(
        3f, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 10f, new float[] {10f, 8f}, 0f);
  }

  private static String thousands(double number) {
    return number >= 1000
        ? String.format(Locale.ROOT, number % 1000 == 0 ? "%.0fk" : "%.1fk", number / 1000)
        : Tables.count(number);
  }

  /** Refuses a file that no plot can be written to, before hours go into what it would show. */
  public static void checkName(Path file) {
    if (!file.toString().toLowerCase(Locale.ROOT).endsWith(".png")) {
      throw new IllegalArgumentException("plot must end in .png, got " + file);
    }
  }

  private static void save(XYChart chart, Path file) throws IOException {
    checkName(file);
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
      BitmapEncoder.saveBitmap(chart, out, BitmapFormat.PNG);
    }
  }
}
