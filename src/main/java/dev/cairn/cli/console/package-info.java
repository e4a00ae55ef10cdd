/* SPDX-License-Identifier: Apache-2.0 */

/** What a person sees in a terminal: tables and progress bars. */
package dev.cairn.cli.console;
