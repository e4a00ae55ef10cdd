/* SPDX-License-Identifier: Apache-2.0 */

/** Statistics of graphs over REST. */
package dev.cairn.opensearch.stats;
