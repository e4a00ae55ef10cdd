/* SPDX-License-Identifier: Apache-2.0 */
package dev.cairn.cli.data;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

public class EmbeddingCacheTest {
  private static final int SAVED_AT_ONCE = EmbeddingCache.ROWS_PER_SAVE;
  private static final List<String> TEXTS =
      IntStream.range(0, 2 * SAVED_AT_ONCE + 100).mapToObj(i -> "text " + i).toList();

  @Rule public final TemporaryFolder folder = new TemporaryFolder();

  private final List<String> messages = Collections.synchronizedList(new ArrayList<>());

  @Test
  public void secondRunEmbedsNothing() throws IOException {
    FakeEmbedder embedder = new FakeEmbedder("a");
    assertVectors(TEXTS, embedder);
    assertEquals(TEXTS.size(), embedder.calls.get());
    assertVectors(TEXTS, embedder);
    assertEquals(TEXTS.size(), embedder.calls.get());
    assertEquals(List.of(), messages);
  }

  @Test
  public void interruptedRunIsContinued() throws IOException {
    FakeEmbedder failing = new FakeEmbedder("a");
    failing.failAt = TEXTS.get(SAVED_AT_ONCE + 5);
    assertThrows(IOException.class, () -> open(TEXTS, failing));
    FakeEmbedder next = new FakeEmbedder("a");
    assertVectors(TEXTS, next);
    assertEquals(TEXTS.size() - SAVED_AT_ONCE, next.calls.get());
  }

  @Test
  public void rowsNobodyVouchesForAreDropped() throws IOException {
    FakeEmbedder failing = new FakeEmbedder("a");
    failing.failAt = TEXTS.get(SAVED_AT_ONCE + 5);
    assertThrows(IOException.class, () -> open(TEXTS, failing));
    // A crash may leave rows, whole or torn, that the voucher does not count yet.
    Files.write(data(), new byte[12_345], StandardOpenOption.APPEND);
    FakeEmbedder next = new FakeEmbedder("a");
    assertVectors(TEXTS, next);
    assertEquals(TEXTS.size() - SAVED_AT_ONCE, next.calls.get());
  }

  @Test
  public void truncatedFileIsMadeAgain() throws IOException {
    assertMadeAgainAfter(
        () -> {
          byte[] bytes = Files.readAllBytes(data());
          Files.write(data(), java.util.Arrays.copyOf(bytes, bytes.length - 1));
        },
        "rows are missing");
  }

  @Test
  public void wrongChecksumIsFound() throws IOException {
    assertMadeAgainAfter(
        () -> {
          byte[] bytes = Files.readAllBytes(data());
          bytes[bytes.length / 2] ^= 1;
          Files.write(data(), bytes);
        },
        "checksum");
  }

  @Test
  public void unreadableVoucherIsFound() throws IOException {
    assertMadeAgainAfter(() -> Files.writeString(voucher(), "{\"model\": \"a"), "cannot be read");
  }

  @Test
  public void incompleteVoucherIsFound() throws IOException {
    assertMadeAgainAfter(() -> Files.writeString(voucher(), "{}"), "incomplete");
  }

  @Test
  public void impossibleRowCountIsFound() throws IOException {
    assertMadeAgainAfter(
        () ->
            Files.writeString(
                voucher(), Files.readString(voucher()).replaceFirst("\"rows\":", "\"rows\":-")),
        "rows are missing");
  }

  @Test
  public void vectorsOfAnotherModelAreNotUsed() throws IOException {
    assertVectors(TEXTS, new FakeEmbedder("a"));
    FakeEmbedder other = new FakeEmbedder("another model");
    assertVectors(TEXTS, other);
    assertEquals(TEXTS.size(), other.calls.get());
    assertTrue(messages.toString(), messages.getFirst().contains("another model"));
  }

  @Test
  public void vectorsOfOtherTextsAreNotUsed() throws IOException {
    assertVectors(TEXTS, new FakeEmbedder("a"));
    List<String> others = TEXTS.stream().map(text -> text + ".").toList();
    FakeEmbedder embedder = new FakeEmbedder("a");
    assertVectors(others, embedder);
    assertEquals(others.size(), embedder.calls.get());
  }

  private interface Damage {
    void inflict() throws IOException;
  }

  private void assertMadeAgainAfter(Damage damage, String reason) throws IOException {
    assertVectors(TEXTS, new FakeEmbedder("a"));
    damage.inflict();
    FakeEmbedder embedder = new FakeEmbedder("a");
    assertVectors(TEXTS, embedder);
    assertEquals(TEXTS.size(), embedder.calls.get());
    assertEquals(messages.toString(), 1, messages.size());
    assertTrue(messages.toString(), messages.getFirst().contains(reason));
  }

  private void assertVectors(List<String> texts, FakeEmbedder embedder) throws IOException {
    try (VectorFile vectors = open(texts, embedder)) {
      assertEquals(texts.size(), vectors.size());
      for (int i = 0; i < texts.size(); i++) {
        assertArrayEquals(embedder.vector(texts.get(i)), vectors.row(i), 0);
      }
    }
    assertEquals(texts.size() * 3L * Float.BYTES, Files.size(data()));
  }

  private VectorFile open(List<String> texts, FakeEmbedder embedder) throws IOException {
    return new EmbeddingCache(folder.getRoot().toPath(), SilentProgress::start, messages::add)
        .vectors("test", texts, embedder);
  }

  private Path data() {
    return folder.getRoot().toPath().resolve("test.f32");
  }

  private Path voucher() {
    return folder.getRoot().toPath().resolve("test.json");
  }

  /** Vectors that depend on text and model, and a count of the calls. */
  private static final class FakeEmbedder implements TextEmbedder {
    private final String model;
    private final AtomicInteger calls = new AtomicInteger();
    private String failAt = "";

    FakeEmbedder(String model) {
      this.model = model;
    }

    @Override
    public String model() {
      return model;
    }

    @Override
    public int dimension() {
      return 3;
    }

    @Override
    public float[] embed(String text) throws IOException {
      if (text.equals(failAt)) {
        throw new IOException("no vector for " + text);
      }
      calls.incrementAndGet();
      return vector(text);
    }

    float[] vector(String text) {
      return new float[] {text.hashCode(), model.hashCode(), text.length()};
    }
  }
}
