/* SPDX-License-Identifier: Apache-2.0 */

/** Rotation, one-bit codes, the estimator, and the layout of a node's block. */
package dev.cairn.quantization;
