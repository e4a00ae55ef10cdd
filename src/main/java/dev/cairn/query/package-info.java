/* SPDX-License-Identifier: Apache-2.0 */

/**
 * Queries: the nearest of a whole index, hybrid search over several queries, and the best hit of
 * each group.
 */
package dev.cairn.query;
