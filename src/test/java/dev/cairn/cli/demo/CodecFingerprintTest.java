/* SPDX-License-Identifier: Apache-2.0 */
package dev.cairn.cli.demo;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertNotEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

public class CodecFingerprintTest {
  @Rule public final TemporaryFolder folder = new TemporaryFolder();

  @Test
  public void changedCodecIsNoticedAndChangedCommandIsNot() throws IOException {
    Path codec = write("dev/cairn/codec/Format.class", "one");
    Path command = write("dev/cairn/cli/Cairn.class", "one");
    String before = CodecFingerprint.of(folder.getRoot().toPath());
    Files.writeString(command, "two");
    assertEquals(before, CodecFingerprint.of(folder.getRoot().toPath()));
    Files.writeString(codec, "two");
    assertNotEquals(before, CodecFingerprint.of(folder.getRoot().toPath()));
  }

  @Test
  public void changedJarIsNoticed() throws IOException {
    Path jar = write("cairn.jar", "one");
    String before = CodecFingerprint.of(jar);
    Files.writeString(jar, "two");
    assertNotEquals(before, CodecFingerprint.of(jar));
  }

  private Path write(String name, String content) throws IOException {
    Path file = folder.getRoot().toPath().resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, content);
  }
}
