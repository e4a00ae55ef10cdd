/* SPDX-License-Identifier: Apache-2.0 */

/** The command: demo, bench and tools. Not part of the published jar. */
package dev.cairn.cli;
