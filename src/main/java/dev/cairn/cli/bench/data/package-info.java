/* SPDX-License-Identifier: Apache-2.0 */

/** Vectors, queries and their true neighbours, from files or made up. */
package dev.cairn.cli.bench.data;
