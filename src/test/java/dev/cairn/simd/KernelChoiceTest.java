/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.simd;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertSame;

import org.junit.Test;

/** Which kernels a JVM gets; the build runs this with the vector module and without. */
public class KernelChoiceTest {
  @Test
  public void vectorModuleDecides() {
    boolean isModulePresent =
        ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent()
            && !"scalar".equals(System.getProperty(KernelChoice.PROPERTY))
            && PanamaKernels.isUsable();
    assertEquals(!isModulePresent, VectorKernels.best() instanceof ScalarKernels);
    assertEquals(isModulePresent, VectorKernels.best().name().startsWith("panama-"));
  }

  @Test
  public void choiceIsMadeOnce() {
    assertSame(VectorKernels.best(), VectorKernels.best());
  }
}
