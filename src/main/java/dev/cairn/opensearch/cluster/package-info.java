/* SPDX-License-Identifier: Apache-2.0 */

/** A command that runs a cluster on this machine, to try the plugin and to measure it. */
package dev.cairn.opensearch.cluster;
