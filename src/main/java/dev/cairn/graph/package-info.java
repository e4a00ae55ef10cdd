/* SPDX-License-Identifier: Apache-2.0 */

/** Building and traversing the graph, and selecting neighbours; ordinals only. */
package dev.cairn.graph;
