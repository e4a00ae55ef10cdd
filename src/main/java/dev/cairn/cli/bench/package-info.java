/* SPDX-License-Identifier: Apache-2.0 */

/** The bench command: recall, speed, size and building time of Cairn beside its peers. */
package dev.cairn.cli.bench;
