/* SPDX-License-Identifier: Apache-2.0 */

/** {@code cairn migrate}: rewrites an index with Cairn for its vectors. */
package dev.cairn.cli.migrate;
