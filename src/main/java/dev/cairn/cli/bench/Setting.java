/* SPDX-License-Identifier: Apache-2.0 */
package dev.cairn.cli.bench;

import dev.cairn.cli.bench.system.BenchSystem;

/** What is measured as one point: a system, a width of the beam, a number of threads. */
record Setting(BenchSystem system, int ef, int threads) {}
