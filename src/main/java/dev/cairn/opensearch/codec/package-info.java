/* SPDX-License-Identifier: Apache-2.0 */

/** Puts Cairn's format behind the vector fields of an index, and counts what building costs. */
package dev.cairn.opensearch.codec;
