/* SPDX-License-Identifier: Apache-2.0 */

/** What was measured, as tables, JSON and plots. */
package dev.cairn.cli.bench.report;
