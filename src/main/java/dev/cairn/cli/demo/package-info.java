/* SPDX-License-Identifier: Apache-2.0 */

/** The demo: a reverse dictionary over WordNet that finds words by what they mean. */
package dev.cairn.cli.demo;
