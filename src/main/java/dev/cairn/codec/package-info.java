/* SPDX-License-Identifier: Apache-2.0 */

/** The Lucene vectors format: parameters, writer, reader, metadata, merging. */
package dev.cairn.codec;
