/* SPDX-License-Identifier: Apache-2.0 */

/** An index of labelled vectors with hnswlib's interface, over a Lucene directory. */
package dev.cairn.index;
