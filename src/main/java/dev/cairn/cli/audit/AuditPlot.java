/* SPDX-License-Identifier: Apache-2.0 */
package dev.cairn.cli.audit;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.BitmapEncoder.BitmapFormat;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.XYStyler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** A plot of recall, its interval and the target against the width of the beam. */
final class AuditPlot {
  private AuditPlot() {}

  static void write(AuditResult result, Path file) throws IOException {
    XYChart chart =
        new XYChartBuilder()
            .width(1600)
            .height(1000)
            .title(
                String.format(
                    Locale.ROOT,
                    "%s: %,d documents, %,d queries",
                    result.field(),
                    result.documents(),
                    result.queries()))
            .xAxisTitle("efSearch")
            .yAxisTitle("recall@" + result.k())
            .build();
    XYStyler style = chart.getStyler();
    style.setChartTitleFont(new Font(Font.SANS_SERIF, Font.BOLD, 30));
    style.setAxisTitleFont(new Font(Font.SANS_SERIF, Font.PLAIN, 28));
    style.setAxisTickLabelsFont(new Font(Font.SANS_SERIF, Font.PLAIN, 24));
    style.setLegendFont(new Font(Font.SANS_SERIF, Font.PLAIN, 24));
    style.setChartBackgroundColor(Color.WHITE);
    style.setPlotBorderVisible(false);
    style.setPlotGridLinesColor(new Color(225, 225, 225));
    style.setLegendPosition(LegendPosition.InsideSE);
    style.setMarkerSize(13);
    style.setChartPadding(25);
    style.setXAxisLogarithmic(true);
    style.setXAxisTickLabelsFormattingFunction(x -> String.format(Locale.ROOT, "%.0f", x));
    Color red = new Color(200, 40, 30);
    series(chart, result, "recall", red, 5f, p -> p.recall().mean());
    series(chart, result, "95%, low end", red.brighter(), 2f, p -> p.recall().low())
        .setMarker(SeriesMarkers.NONE);
    series(chart, result, "95%, high end", red.brighter(), 2f, p -> p.recall().high())
        .setMarker(SeriesMarkers.NONE);
    series(chart, result, "target", Color.GRAY, 3f, p -> result.target())
        .setMarker(SeriesMarkers.NONE);
    result
        .recommended()
        .ifPresent(
            ef -> {
              XYSeries line =
                  chart.addSeries(
                      "recommended: " + ef,
                      new double[] {ef, ef},
                      new double[] {lowest(result), result.target()});
              line.setLineColor(new Color(30, 90, 180));
              line.setLineStyle(new BasicStroke(3f));
              line.setMarker(SeriesMarkers.NONE);
            });
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
      BitmapEncoder.saveBitmap(chart, out, BitmapFormat.PNG);
    }
  }

  private static double lowest(AuditResult result) {
    return Math.min(result.target(), result.points().getFirst().recall().low());
  }

  private static XYSeries series(
      XYChart chart,
      AuditResult result,
      String name,
      Color color,
      float width,
      ToDoubleFunction<AuditPoint> y) {
    List<AuditPoint> points = result.points();
    XYSeries series =
        chart.addSeries(
            name,
            points.stream().mapToDouble(AuditPoint::ef).toArray(),
            points.stream().mapToDouble(y).toArray());
    series.setLineColor(color);
    series.setMarkerColor(color);
    series.setLineStyle(new BasicStroke(width));
    return series;
  }
}
