/* SPDX-License-Identifier: Apache-2.0 */
package dev.cairn.cli.data;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.zip.CRC32C;

/**
 * Keeps the vectors of a list of texts on disk. A file of plain rows ({@code name.f32}) only ever
 * grows; beside it {@code name.json} says how many of its rows are good, their checksum, and which
 * texts and model they belong to. The rows reach the disk before the file that vouches for them is
 * replaced, in one step, so an interrupted run costs a few seconds of work and never a wrong
 * vector: the next run continues where the good rows end, and starts over when anything does not
 * match.
 */
public final class EmbeddingCache {
  static final int ROWS_PER_SAVE = 1024;
  private static final ObjectMapper JSON = new ObjectMapper();

  /** What {@code name.json} says of the rows. */
  record Voucher(String model, int dimension, String texts, int rows, String checksum) {
    boolean isFor(Voucher wanted) {
      return model.equals(wanted.model)
          && dimension == wanted.dimension
          && texts.equals(wanted.texts);
    }
  }

  private final Path directory;
  private final Progress.Factory progress;
  private final Consumer<String> messages;

  /**
   * @param directory holds the files; made when missing
   * @param progress shows how far the embedding is
   * @param messages is told what a person should know, such as a damaged file
   */
  public EmbeddingCache(Path directory, Progress.Factory progress, Consumer<String> messages) {
    this.directory = directory;
    this.progress = progress;
    this.messages = messages;
  }

  /** The vectors of the texts, in their order: read where they are cached, computed where not. */
  public VectorFile vectors(String name, List<String> texts, TextEmbedder embedder)
      throws IOException {
    Files.createDirectories(directory);
    Path data = directory.resolve(name + ".f32");
    Path voucherFile = directory.resolve(name + ".json");
    Path lockFile = directory.resolve(name + ".lock");
    try (FileChannel channel =
            FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = lock(channel, data)) {
      assert lock.isValid();
      CRC32C checksum = new CRC32C();
      Voucher wanted =
          new Voucher(embedder.model(), embedder.dimension(), fingerprint(texts), 0, "");
      int rows = goodRows(data, voucherFile, wanted, checksum);
      if (rows < texts.size()) {
        append(data, voucherFile, wanted, checksum, rows, texts, embedder);
      }
    }
    return VectorFile.map(data, embedder.dimension());
  }

  private FileLock lock(FileChannel channel, Path data) throws IOException {
    FileLock lock = channel.tryLock();
    if (lock == null) {
      messages.accept("Another process is filling " + data + "; waiting for it.");
      lock = channel.lock();
    }
    return lock;
  }

  /** How many rows can be used; their bytes go into the checksum, which is otherwise left new. */
  private int goodRows(Path data, Path voucherFile, Voucher wanted, CRC32C checksum)
      throws IOException {
    if (!Files.exists(voucherFile) || !Files.exists(data)) {
      return 0;
    }
    Voucher voucher;
    try {
      voucher = JSON.readValue(voucherFile.toFile(), Voucher.class);
    } catch (JsonProcessingException e) {
      return startOver(data, voucherFile + " cannot be read");
    }
    if (voucher == null || voucher.model == null || voucher.texts == null) {
      return startOver(data, voucherFile + " is incomplete");
    }
    if (!voucher.isFor(wanted)) {
      return startOver(data, "it belongs to other texts or another model");
    }
    long bytes = voucher.rows * VectorFile.rowBytes(voucher.dimension);
    if (bytes < 0 || Files.size(data) < bytes) {
      return startOver(data, "rows are missing");
    }
    addToChecksum(checksum, data, bytes);
    if (!hex(checksum).equals(voucher.checksum)) {
      checksum.reset();
      return startOver(data, "its checksum is wrong");
    }
    return voucher.rows;
  }

  private int startOver(Path data, String reason) {
    messages.accept("Not using " + data + ": " + reason + ". Embedding afresh.");
    return 0;
  }

  private void append(
      Path data,
      Path voucherFile,
      Voucher wanted,
      CRC32C checksum,
      int goodRows,
      List<String> texts,
      TextEmbedder embedder)
      throws IOException {
    try (FileChannel channel =
            FileChannel.open(data, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        Progress bar = progress.start("Embedding", goodRows, texts.size())) {
      long good = goodRows * VectorFile.rowBytes(embedder.dimension());
      channel.truncate(good).position(good);
      for (int from = goodRows; from < texts.size(); from += ROWS_PER_SAVE) {
        int to = Math.min(from + ROWS_PER_SAVE, texts.size());
        ByteBuffer bytes = bytes(embed(texts.subList(from, to), embedder, bar), embedder);
        checksum.update(bytes.duplicate());
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
        channel.force(true);
        replace(
            voucherFile,
            new Voucher(wanted.model, wanted.dimension, wanted.texts, to, hex(checksum)));
      }
    }
  }

  private static float[][] embed(List<String> texts, TextEmbedder embedder, Progress bar)
      throws IOException {
    float[][] rows = new float[texts.size()][];
    try {
      IntStream.range(0, rows.length)
          .parallel()
          .forEach(
              i -> {
                try {
                  rows[i] = embedder.embed(texts.get(i));
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
                bar.step();
              });
    } catch (UncheckedIOException e) {
      throw new IOException("cannot embed: " + e.getCause().getMessage(), e.getCause());
    }
    return rows;
  }

  private static ByteBuffer bytes(float[][] rows, TextEmbedder embedder) {
    int length = Math.toIntExact(rows.length * VectorFile.rowBytes(embedder.dimension()));
    ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    for (float[] row : rows) {
      for (float value : row) {
        bytes.putFloat(value);
      }
    }
    return bytes.flip();
  }

  private static void replace(Path voucherFile, Voucher voucher) throws IOException {
    Path fresh = voucherFile.resolveSibling(voucherFile.getFileName() + ".new");
    try (FileChannel channel =
        FileChannel.open(
            fresh,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      ByteBuffer json = ByteBuffer.wrap(JSON.writeValueAsBytes(voucher));
      while (json.hasRemaining()) {
        channel.write(json);
      }
      channel.force(true);
    }
    Files.move(
        fresh, voucherFile, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private static void addToChecksum(CRC32C checksum, Path data, long bytes) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocateDirect(1 << 20);
    try (FileChannel channel = FileChannel.open(data, StandardOpenOption.READ)) {
      for (long left = bytes; left > 0; ) {
        buffer.clear().limit((int) Math.min(left, buffer.capacity()));
        int read = channel.read(buffer);
        if (read < 0) {
          throw new IOException(data + " became shorter while it was read");
        }
        checksum.update(buffer.flip());
        left -= read;
      }
    }
  }

  private static String hex(CRC32C checksum) {
    return Long.toHexString(checksum.getValue());
  }

  /** Tells lists of texts apart. */
  public static String fingerprint(List<String> texts) {
    CRC32C checksum = new CRC32C();
    for (String text : texts) {
      checksum.update(text.getBytes(StandardCharsets.UTF_8));
      checksum.update(0);
    }
    return texts.size() + "-" + hex(checksum);
  }
}
