/* SPDX-License-Identifier: Apache-2.0 */

/**
 * Rotation, one-bit codes of edges and of nodes, the estimators, and the layout of a node's block.
 */
package dev.cairn.quantization;
