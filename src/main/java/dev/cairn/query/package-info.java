/* SPDX-License-Identifier: Apache-2.0 */

/** Queries: efSearch per query, and hybrid search over several queries. */
package dev.cairn.query;
