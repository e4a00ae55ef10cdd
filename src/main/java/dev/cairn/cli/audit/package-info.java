/* SPDX-License-Identifier: Apache-2.0 */

/** {@code cairn audit}: what recall an index gives, on its own vectors. */
package dev.cairn.cli.audit;
