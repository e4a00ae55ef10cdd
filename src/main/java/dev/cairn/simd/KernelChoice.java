/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.simd;

import java.util.Optional;

/** Chooses the kernels once, when they are first needed. */
final class KernelChoice {
  /** Set to {@code scalar} to use the scalar kernels even where the vector module is present. */
  static final String PROPERTY = "dev.cairn.kernels";

  static final VectorKernels BEST = choose();

  private KernelChoice() {}

  private static VectorKernels choose() {
    if ("scalar".equals(System.getProperty(PROPERTY))) {
      return new ScalarKernels();
    }
    Optional<Module> vectorModule = ModuleLayer.boot().findModule("jdk.incubator.vector");
    if (vectorModule.isEmpty()) {
      System.getLogger("dev.cairn")
          .log(
              System.Logger.Level.WARNING,
              "The module jdk.incubator.vector is not loaded: Cairn uses its scalar kernels, which"
                  + " are several times slower. Start Java with --add-modules jdk.incubator.vector");
      return new ScalarKernels();
    }
    KernelChoice.class.getModule().addReads(vectorModule.get());
    return PanamaKernels.isUsable() ? new PanamaKernels() : new ScalarKernels();
  }
}
