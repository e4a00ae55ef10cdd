/* SPDX-License-Identifier: Apache-2.0 */

/** A plugin for OpenSearch: a field type, queries and statistics over Cairn's segments. */
package dev.cairn.opensearch;
