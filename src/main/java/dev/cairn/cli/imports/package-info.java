/* SPDX-License-Identifier: Apache-2.0 */

/** The {@code import} command: indexes that other libraries have saved. */
package dev.cairn.cli.imports;
