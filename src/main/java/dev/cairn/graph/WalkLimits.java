/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.graph;

/**
 * When a search for accepted nodes gives up: where a scan of them is expected to cost less.
 *
 * @param patience hops through nodes not accepted that may lead to nothing better
 * @param maxHops how many hops it takes at most
 * @param foreseenHops how many it may take by what it has met of them so far
 * @param leastShare where a smaller share of the nodes met in the first hops is accepted
 */
public record WalkLimits(int patience, long maxHops, double foreseenHops, double leastShare) {}
