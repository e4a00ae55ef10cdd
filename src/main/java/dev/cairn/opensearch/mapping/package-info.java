/* SPDX-License-Identifier: Apache-2.0 */

/** The field type {@code cairn_vector}: settings, mapping, and vectors as JSON arrays. */
package dev.cairn.opensearch.mapping;
