/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.graph;

import dev.cairn.quantization.FusedBlockLayout;

/**
 * One layer of a graph as one search sees it.
 *
 * @param layout where things stand in a block
 * @param blocks the search's own cursor
 * @param size number of nodes
 */
public record Layer(FusedBlockLayout layout, BlockSource blocks, int size) {}
