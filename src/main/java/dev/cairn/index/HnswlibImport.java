/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.index;

import dev.cairn.index.HnswIndex.Space;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.lucene.index.CorruptIndexException;
import org.apache.lucene.index.IndexFileNames;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.util.IOUtils;

/**
 * Makes a {@link HnswIndex} of a file that hnswlib's {@code saveIndex} (in Python {@code
 * save_index}) has written. Vectors, labels, levels, links and marks of deletion are kept: nothing
 * is searched for, so that it takes a small part of the time of adding everything again.
 */
public final class HnswlibImport {
  /** By so much the squared length of a vector of unit length may differ from 1. */
  private static final double UNIT_TOLERANCE = 1e-3;

  /** So many vectors are checked by a thread at a time. */
  private static final int BATCH = 1024;

  private final Path file;
  private final Space space;
  private Path directory;
  private int ef = HnswIndexBuilder.DEFAULT_EF;
  private boolean allowReplaceDeleted;
  private Listener listener = (done, total) -> {};

  /** Is told how far an import is, by several threads. */
  @FunctionalInterface
  public interface Listener {
    /** So many elements of all have been copied. */
    void copied(int done, int total);
  }

  /**
   * What was imported.
   *
   * @param elements number of elements, deleted ones included
   * @param deleted how many of them are marked deleted
   * @param maxElements how many there may be
   * @param dimension number of dimensions
   * @param m M
   * @param efConstruction ef_construction, for elements that are added from now on
   * @param levels number of levels of the graph
   */
  public record Summary(
      int elements,
      int deleted,
      long maxElements,
      int dimension,
      int m,
      int efConstruction,
      int levels) {}

  /**
   * An import.
   *
   * @param file a file that hnswlib has saved
   * @param space the space it was made with, which the file does not say; hnswlib: {@code
   *     Index(space, dim)}
   * @param directory where the index goes: a directory that is empty or not there yet
   */
  public HnswlibImport(Path file, Space space, Path directory) {
    this.file = Objects.requireNonNull(file, "file");
    this.space = Objects.requireNonNull(space, "space");
    this.directory = directory.toAbsolutePath().normalize();
  }

  /** Sets the ef of the new index; hnswlib: {@code set_ef(...)} after loading. By default 10. */
  public HnswlibImport ef(int ef) {
    this.ef = ef;
    return this;
  }

  /**
   * Sets whether new elements may take the place of deleted ones; hnswlib: {@code
   * load_index(allow_replace_deleted=...)}. By default not.
   */
  public HnswlibImport allowReplaceDeleted(boolean allowReplaceDeleted) {
    this.allowReplaceDeleted = allowReplaceDeleted;
    return this;
  }

  /** Sets who is told how far it is. */
  public HnswlibImport listener(Listener listener) {
    this.listener = Objects.requireNonNull(listener, "listener");
    return this;
  }

  /**
   * Writes the index. If this fails, at whatever point, there is no index and nothing is left in
   * the directory. Until it is complete it is in a directory beside, whose name ends with {@code
   * .importing}; what an import that was killed has left there is overwritten.
   *
   * @throws CorruptIndexException if the file is not one of hnswlib's, damaged, made with another
   *     space, or beyond the limits of Cairn
   * @throws IllegalArgumentException if the directory has something in it already or is a mount
   *     point, or the one beside it has anything but what an unfinished import leaves
   */
  public Summary run() throws IOException {
    resolveTarget();
    checkUnfinished();
    try (HnswlibFile links = HnswlibFile.open(file)) {
      HnswlibHeader header = links.header();
      IndexSettings settings =
          new IndexSettings(
              space,
              header.dimension(),
              header.maxElements(),
              header.m(),
              header.efConstruction(),
              ef,
              HnswIndexBuilder.DEFAULT_RANDOM_SEED,
              allowReplaceDeleted);
      int deleted = checkElements(links);
      write(links, deleted > 0, settings);
      return new Summary(
          links.size(),
          deleted,
          header.maxElements(),
          header.dimension(),
          header.m(),
          header.efConstruction(),
          header.maxLevel() + 1);
    }
  }

  /** Follows links, so that they stay, and checks that an index can take the directory's place. */
  private void resolveTarget() throws IOException {
    if (Files.exists(directory)) {
      directory = directory.toRealPath();
      boolean isEmpty;
      try (Stream<Path> content = Files.list(directory)) {
        isEmpty = content.findAny().isEmpty();
      } catch (NotDirectoryException e) {
        throw new IllegalArgumentException(directory + " is not a directory", e);
      }
      if (!isEmpty) {
        throw new IllegalArgumentException(
            directory + " is not empty: an import makes an index of its own");
      }
      if (isMountPoint(directory)) {
        throw new IllegalArgumentException(
            directory + " is a mount point, which cannot be replaced: name a directory within it");
      }
    }
  }

  /** Nothing can be renamed to one; better to say so before the work. */
  private static boolean isMountPoint(Path directory) {
    try {
      Path parent = directory.getParent();
      return parent == null || !Files.getFileStore(directory).equals(Files.getFileStore(parent));
    } catch (IOException e) {
      return false; // not every system tells
    }
  }

  private Path unfinished() {
    return directory.resolveSibling(directory.getFileName() + ".importing");
  }

  /** Whatever is there will be deleted or become part of the index, so it must be an import's. */
  private void checkUnfinished() throws IOException {
    Path unfinished = unfinished();
    if (!Files.exists(unfinished, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    if (!Files.isDirectory(unfinished, LinkOption.NOFOLLOW_LINKS)) {
      throw new IllegalArgumentException(unfinished + " is in the way of the import");
    }
    try (Stream<Path> content = Files.list(unfinished)) {
      Path other = content.filter(path -> !isLeftover(path)).findAny().orElse(null);
      if (other != null) {
        throw new IllegalArgumentException(
            other + " is in the way of the import: no unfinished import has left it there");
      }
    }
  }

  /** A file of an index without a commit: with one it would be somebody's index. */
  private static boolean isLeftover(Path path) {
    String name = path.getFileName().toString();
    return Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)
        && (name.equals(IndexWriter.WRITE_LOCK_NAME)
            || name.startsWith(IndexFileNames.PENDING_SEGMENTS)
            || IndexFileNames.CODEC_FILE_PATTERN.matcher(name).matches());
  }

  /** Checks labels and vectors; returns how many elements are marked deleted. */
  private int checkElements(HnswlibFile links) throws IOException {
    LabelTable labels = new LabelTable();
    int deleted = 0;
    for (int element = 0; element < links.size(); element++) {
      long label = links.label(element);
      LabelTable.Stripe stripe = labels.stripe(label);
      if (stripe.get(label) != LabelTable.State.ABSENT) {
        throw new CorruptIndexException(
            "the label "
                + label
                + " occurs twice, which hnswlib leaves behind where replace_deleted is used with a"
                + " label that exists",
            file.toString());
      }
      stripe.put(label, LabelTable.State.LIVE);
      deleted += links.isDeleted(element) ? 1 : 0;
    }
    int batches = Math.ceilDiv(links.size(), BATCH);
    Workers.forEach(
        batches,
        -1,
        batch -> {
          float[] vector = new float[links.header().dimension()];
          int end = Math.min(links.size(), (batch + 1) * BATCH);
          for (int element = batch * BATCH; element < end; element++) {
            links.vector(element, vector);
            check(element, vector);
          }
        });
    return deleted;
  }

  private void check(int element, float[] vector) throws IOException {
    double squared = 0;
    for (int i = 0; i < vector.length; i++) {
      if (!Float.isFinite(vector[i])) {
        throw damaged(
            "the vector of element " + element + " has the component " + vector[i] + " at " + i);
      }
      squared += (double) vector[i] * vector[i];
    }
    if (space == Space.COSINE && squared > 0 && Math.abs(squared - 1) > UNIT_TOLERANCE) {
      throw damaged(
          "the vector of element "
              + element
              + " has the length "
              + (float) Math.sqrt(squared)
              + ": files of the space cosine hold vectors of unit length; is it ip or l2?");
    }
  }

  private CorruptIndexException damaged(String what) {
    return HnswlibHeader.damaged(what, file.toString());
  }

  /** Writes beside the directory and then renames, so that there is all of the index or nothing. */
  private void write(HnswlibFile links, boolean hasDeleted, IndexSettings settings)
      throws IOException {
    Path parent = directory.getParent();
    Files.createDirectories(parent);
    Path unfinished = unfinished();
    int threads = Runtime.getRuntime().availableProcessors();
    try (ExecutorService executor = Executors.newFixedThreadPool(threads, HnswlibImport::thread);
        IndexStorage target = IndexStorage.at(unfinished)) {
      IndexWriter writer = target.openImportWriter(settings, threads, executor);
      try {
        if (links.size() > 0) {
          writer.addIndexes(
              new HnswlibSegment(
                  links, hasDeleted, Spaces.similarity(space), new Counter(links.size())));
        }
        writer.setLiveCommitData(settings.toCommitData().entrySet());
        writer.close();
        Files.deleteIfExists(directory);
        Files.move(unfinished, directory, StandardCopyOption.ATOMIC_MOVE);
      } catch (Throwable t) {
        IOUtils.closeWhileSuppressingExceptions(t, writer::rollback, () -> IOUtils.rm(unfinished));
        throw t;
      }
    }
    IOUtils.fsync(parent, true);
  }

  private static Thread thread(Runnable work) {
    return Thread.ofPlatform().daemon().name("cairn-import").unstarted(work);
  }

  private final class Counter implements Runnable {
    private final int total;
    private final AtomicInteger done = new AtomicInteger();

    private Counter(int total) {
      this.total = total;
    }

    @Override
    public void run() {
      listener.copied(done.incrementAndGet(), total);
    }
  }
}
