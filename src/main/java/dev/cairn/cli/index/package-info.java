/* SPDX-License-Identifier: Apache-2.0 */

/** What the tools for those who run an index share: opening it for reading, JSON. */
package dev.cairn.cli.index;
