/* SPDX-License-Identifier: Apache-2.0 */
package dev.cairn.cli.bench.report;

import dev.cairn.cli.bench.system.BenchSystem;

/**
 * One system, searched with one width of the beam.
 *
 * @param system what was searched
 * @param ef width of the beam
 * @param threads threads that searched at the same time
 * @param recall mean share of the true neighbours found, from 0 to 1
 * @param qpsBest queries a second in the fastest pass
 * @param qpsMedian queries a second in the median pass
 * @param p50Micros median time of a query
 * @param p99Micros time that one query in a hundred exceeds
 * @param garbageBytes bytes allocated for a query, or NaN when not measured
 */
public record Point(
    BenchSystem system,
    int ef,
    int threads,
    double recall,
    double qpsBest,
    double qpsMedian,
    double p50Micros,
    double p99Micros,
    double garbageBytes) {}
