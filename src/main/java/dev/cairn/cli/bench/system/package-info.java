/* SPDX-License-Identifier: Apache-2.0 */

/** The systems that are compared: how each builds an index and searches it. */
package dev.cairn.cli.bench.system;
