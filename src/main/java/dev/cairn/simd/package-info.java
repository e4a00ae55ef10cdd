/* SPDX-License-Identifier: Apache-2.0 */

/** Kernels, scalar and vectorized; the only package that uses {@code jdk.incubator.vector}. */
package dev.cairn.simd;
