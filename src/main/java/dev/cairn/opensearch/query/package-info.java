/* SPDX-License-Identifier: Apache-2.0 */

/** The queries {@code cairn} and {@code cairn_hybrid}. */
package dev.cairn.opensearch.query;
