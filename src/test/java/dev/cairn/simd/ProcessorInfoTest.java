/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.simd;

import static org.junit.Assert.assertEquals;

import java.util.Optional;
import java.util.stream.Stream;
import org.junit.Test;

public class ProcessorInfoTest {
  @Test
  public void flagsOfLinux() {
    assertMayHave(true, "processor\t: 0", "flags\t\t: fpu avx512vbmi avx512_vbmi2 sse2");
    assertMayHave(true, "flags\t\t: fpu avx512f avx512vbmi");
    assertMayHave(false, "processor\t: 0", "flags\t\t: fpu avx512f avx512_vbmi2", "bugs\t\t:");
  }

  @Test
  public void withoutFlagsNothingIsKnown() {
    assertMayHave(true);
    assertMayHave(true, "Features\t: fp asimd sve");
  }

  private static void assertMayHave(boolean expected, String... lines) {
    Optional<String> flags = ProcessorInfo.value("flags", Stream.of(lines));
    assertEquals(expected, ProcessorInfo.mayHave("avx512vbmi", flags));
  }
}
