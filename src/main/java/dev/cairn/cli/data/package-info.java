/* SPDX-License-Identifier: Apache-2.0 */

/** Data sets of the command: texts, the sentence model, vectors kept on disk. */
package dev.cairn.cli.data;
