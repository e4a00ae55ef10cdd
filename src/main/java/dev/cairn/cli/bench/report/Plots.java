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
import java.util.stream.Stream;
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

  private static final double RECALL_STEP = .05;
  private static final int TICK_SPACING = 150;

  private static final Marker[] MARKERS = {
    SeriesMarkers.CIRCLE, SeriesMarkers.DIAMOND, SeriesMarkers.SQUARE, SeriesMarkers.TRIANGLE_UP
  };

  private Plots() {}

  /**
   * Recall against queries a second, the latter on a logarithmic axis.
   *
   * @throws IllegalArgumentException if the file does not end in {@code .png}
   */
  public static void recallAgainstSpeed(Path file, String title, List<Point> all)
      throws IOException {
    List<Point> points = all.stream().filter(p -> p.recall() >= LEAST_RECALL).toList();
    if (points.isEmpty()) {
      throw new IOException("no plot: no system reached a recall of " + LEAST_RECALL);
    }
    XYChart chart = chart(title, "recall, %", "queries per second");
    Map<BenchSystem, List<Point>> bySystem = new LinkedHashMap<>();
    points.stream()
        .sorted(Comparator.comparing(Point::system).thenComparing(Point::ef))
        .forEach(p -> bySystem.computeIfAbsent(p.system(), s -> new ArrayList<>()).add(p));
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
    style.setYAxisLogarithmicDecadeOnly(false);
    double[] speeds = points.stream().mapToDouble(Point::qpsBest).sorted().toArray();
    style.setYAxisMin(round(speeds[0], false));
    style.setYAxisMax(round(speeds[speeds.length - 1], true));
    style.setYAxisTickLabelsFormattingFunction(Plots::oneTwoFive);
    double least = points.stream().mapToDouble(Point::recall).min().orElse(0);
    style.setXAxisMin(Math.floor(Math.max(least, LEAST_RECALL) / RECALL_STEP) * RECALL_STEP);
    style.setXAxisMax(1.0);
    style.setXAxisTickMarkSpacingHint(TICK_SPACING);
    style.setXAxisTickLabelsFormattingFunction(Plots::percentage);
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
    chart.getStyler().setXAxisTickMarkSpacingHint(TICK_SPACING);
    chart.getStyler().setYAxisMin(0.0);
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
    style.setLegendPosition(LegendPosition.OutsideE);
    style.setLegendBorderColor(Color.WHITE);
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

  /** A label for 1, 2 and 5 times a power of ten; none for what stands between. */
  private static String oneTwoFive(double number) {
    double leading = number / Math.pow(10, Math.floor(Math.log10(number) + 1e-9));
    boolean isRound = Stream.of(1, 2, 5).anyMatch(n -> Math.abs(leading - n) < 1e-6);
    return isRound ? thousands(number) : "";
  }

  /** The next of 1, 2 and 5 times a power of ten. */
  private static double round(double number, boolean isUp) {
    double power = Math.pow(10, Math.floor(Math.log10(number)));
    double leading = number / power;
    return power
        * (isUp
            ? leading <= 2 ? 2 : leading <= 5 ? 5 : 10
            : leading >= 5 ? 5 : leading >= 2 ? 2 : 1);
  }

  private static String percentage(double share) {
    double percent = Math.round(share * 1000) / 10.0;
    return String.format(Locale.ROOT, percent % 1 == 0 ? "%.0f" : "%.1f", percent);
  }

  private static void save(XYChart chart, Path file) throws IOException {
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
      BitmapEncoder.saveBitmap(chart, out, BitmapFormat.PNG);
    }
  }
}
