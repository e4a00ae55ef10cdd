/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.graph;

/**
 * When a search for accepted nodes gives up, for a scan of them is expected to cost less.
 *
 * @param patience hops through nodes not accepted that may lead to nothing better
 * @param maxHops after how many hops, or once it is likely to take more by what it has met so far
 */
public record WalkLimits(int patience, long maxHops) {}
