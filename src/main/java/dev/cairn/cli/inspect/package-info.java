/* SPDX-License-Identifier: Apache-2.0 */

/** {@code cairn inspect}: what an index consists of. */
package dev.cairn.cli.inspect;
