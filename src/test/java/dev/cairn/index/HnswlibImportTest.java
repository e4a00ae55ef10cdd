/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.index;

import dev.cairn.codec.GraphLinks;
import dev.cairn.index.HnswIndex.Result;
import dev.cairn.index.HnswIndex.Space;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.lucene.index.CodecReader;
import org.apache.lucene.index.CorruptIndexException;
import org.apache.lucene.index.FilterLeafReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.tests.util.LuceneTestCase;
import org.apache.lucene.tests.util.LuceneTestCase.SuppressFileSystems;
import org.apache.lucene.tests.util.TestUtil;

/** Files that hnswlib itself has saved. */
@SuppressFileSystems("ExtrasFS") // files are counted and copied here
public class HnswlibImportTest extends LuceneTestCase {
  private static HnswlibImport.Summary run(HnswlibFixture fixture, Path target) throws Exception {
    return new HnswlibImport(fixture.save(createTempDir()), fixture.space(), target).run();
  }

  public void testElementsAndDeletions() throws Exception {
    for (Space space : Space.values()) {
      HnswlibFixture fixture = HnswlibFixture.of(space);
      Path target = createTempDir().resolve("new").resolve("index");
      HnswlibImport.Summary summary = run(fixture, target);
      int count = fixture.labels().length;
      assertEquals(count, summary.elements());
      assertEquals(fixture.deleted().length, summary.deleted());
      try (FSDirectory directory = FSDirectory.open(target)) {
        assertTrue(TestUtil.checkIndex(directory).clean);
      }
      try (HnswIndex index = HnswIndex.open(target)) {
        assertEquals(count, index.elementCount());
        assertEquals(count + 100, index.maxElements());
        assertEquals(10, index.ef());
        long[] ids = LongStream.of(index.getIds()).sorted().toArray();
        assertArrayEquals(LongStream.of(fixture.labels()).sorted().toArray(), ids);
        Set<Long> deleted = new HashSet<>();
        for (long label : fixture.deleted()) {
          deleted.add(label);
          assertThrows(IllegalStateException.class, () -> index.markDeleted(label));
          assertThrows(IllegalArgumentException.class, () -> index.getItems(new long[] {label}));
        }
        for (int i = 0; i < count; i++) {
          if (!deleted.contains(fixture.labels()[i])) {
            assertArrayEquals(
                fixture.vectors()[i], index.getItems(new long[] {fixture.labels()[i]})[0], 1e-6f);
          }
        }
        index.unmarkDeleted(fixture.deleted()[0]);
        index.addItem(fixture.queries()[0], 1L << 40);
        assertEquals(count + 1, index.elementCount());
        index.setEf(50);
        float[] near = fixture.queries()[0];
        if (space != Space.IP) {
          assertEquals(1L << 40, index.knnQuery(near, 1).labels()[0]);
        }
      }
    }
  }

  public void testAnswersAtEqualEfAreAtLeastAsGood() throws Exception {
    for (Space space : Space.values()) {
      HnswlibFixture fixture = HnswlibFixture.of(space);
      Path target = createTempDir().resolve("index");
      run(fixture, target);
      Set<Long> deleted = new HashSet<>();
      LongStream.of(fixture.deleted()).forEach(deleted::add);
      try (HnswIndex index = HnswIndex.open(target)) {
        index.setEf(HnswlibFixture.EF);
        int ours = 0;
        int theirs = 0;
        for (int q = 0; q < fixture.queries().length; q++) {
          Set<Long> exact = new HashSet<>();
          for (int row :
              Samples.nearest(
                  space,
                  fixture.vectors(),
                  fixture.queries()[q],
                  HnswlibFixture.K,
                  r -> !deleted.contains(fixture.labels()[(int) r]))) {
            exact.add(fixture.labels()[row]);
          }
          Result result = index.knnQuery(fixture.queries()[q], HnswlibFixture.K);
          for (int i = 0; i < HnswlibFixture.K; i++) {
            ours += exact.contains(result.labels()[i]) ? 1 : 0;
            theirs += exact.contains(fixture.answers()[q][i]) ? 1 : 0;
            if (result.labels()[i] == fixture.answers()[q][i]) {
              assertEquals(fixture.distances()[q][i], result.distances()[i], 1e-4f);
            }
          }
        }
        assertTrue(space + ": " + ours + " found, by hnswlib " + theirs, ours >= theirs);
        assertTrue(theirs > 900);
      }
    }
  }

  public void testLinksAreKept() throws Exception {
    for (Space space : Space.values()) {
      HnswlibFixture fixture = HnswlibFixture.of(space);
      Path target = createTempDir().resolve("index");
      Path source = fixture.save(createTempDir());
      new HnswlibImport(source, space, target).run();
      try (HnswIndex index = HnswIndex.open(target);
          HnswlibFile file = HnswlibFile.open(source)) {
        index.withSearcher(
            searcher -> {
              CodecReader segment =
                  (CodecReader)
                      FilterLeafReader.unwrap(searcher.getIndexReader().leaves().get(0).reader());
              GraphLinks links = GraphLinks.of(segment, HnswIndex.VECTOR_FIELD).orElseThrow();
              assertEquals(file.header().maxLevel() + 1, links.numLevels());
              assertEquals(file.entry(), links.entryNode());
              int[] neighbours = new int[64];
              int kept = 0;
              for (int element = 0; element < file.size(); element++) {
                for (int level = 0; level <= file.level(element); level++) {
                  int count = file.neighbours(element, level, neighbours);
                  links.seek(level, element);
                  Set<Integer> linked = new HashSet<>();
                  for (int n = links.nextNeighbor();
                      n != DocIdSetIterator.NO_MORE_DOCS;
                      n = links.nextNeighbor()) {
                    linked.add(n);
                  }
                  for (int i = 0; i < count; i++) {
                    assertTrue(linked.remove(neighbours[i]));
                  }
                  kept += count;
                  // what else there is makes unreachable elements reachable
                  assertTrue(linked.size() < 5);
                }
              }
              assertTrue(kept > 5 * file.size());
              return null;
            });
      }
    }
  }

  public void testEveryTruncationIsRefused() throws Exception {
    HnswlibFixture fixture = HnswlibFixture.of(Space.COSINE);
    Path directory = createTempDir();
    for (int i = 0; i < 200; i++) {
      int length = i < 100 ? i : random().nextInt(fixture.file().length);
      refuse(directory, Arrays.copyOf(fixture.file(), length), Space.COSINE);
    }
    refuse(directory, Arrays.copyOf(fixture.file(), fixture.file().length + 1), Space.COSINE);
    refuse(directory, "hello, world\n".repeat(100).getBytes("UTF-8"), Space.L2);
    refuse(directory, fixture.file(), Space.COSINE, 8, Long.MAX_VALUE); // max_elements
    refuse(directory, fixture.file(), Space.COSINE, 16, 1L << 31); // the number of elements
    refuse(directory, fixture.file(), Space.COSINE, 16, 1001);
    refuse(directory, fixture.file(), Space.COSINE, 24, 1L << 62); // bytes of a record
    refuse(directory, fixture.file(), Space.COSINE, 48, 31L); // the highest level
    refuse(directory, fixture.file(), Space.COSINE, 52, -1L); // entry point and M
    refuse(directory, fixture.file(), Space.COSINE, 72, 1L << 40); // M
    refuse(directory, fixture.file(), Space.COSINE, 96, -1L); // links of the first element
    refuse(directory, fixture.file(), Space.COSINE, 100, 1000L); // its first neighbour
  }

  /** Such files are sound, and what is said must not be that they are damaged. */
  public void testWhatIsBeyondTheLimitsIsNamed() throws Exception {
    Path directory = createTempDir();
    for (int[] limit :
        new int[][] {
          {513, 4, 20, 10, 512},
          {16, 4097, 20, 10, 4096},
          {16, 4, 10001, 10, 10000},
          {16, 4, 20, IndexWriter.MAX_DOCS + 1, IndexWriter.MAX_DOCS}
        }) {
      Path file = HnswlibFixture.write(directory.resolve("file"), empty(limit));
      Path target = directory.resolve("target");
      CorruptIndexException e =
          expectThrows(
              CorruptIndexException.class, () -> new HnswlibImport(file, Space.L2, target).run());
      String range = limit[4] + " in Cairn, in this file it is " + (limit[4] + 1);
      assertTrue(e.getMessage(), e.getMessage().contains(range));
      assertFalse(e.getMessage(), e.getMessage().contains("sound"));
      assertFalse(Files.exists(target));
    }
    Path file = HnswlibFixture.write(directory.resolve("file"), empty(512, 4096, 10000, 10));
    new HnswlibImport(file, Space.L2, directory.resolve("target")).run();
  }

  /** A file without elements, of some M, dimension, ef_construction and max_elements. */
  private static byte[] empty(int... parameters) {
    int m = parameters[0];
    long vectors = 4 * (1 + 2L * m);
    long labels = vectors + 4L * parameters[1];
    return ByteBuffer.allocate(96)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(0)
        .putLong(parameters[3])
        .putLong(0)
        .putLong(labels + 8)
        .putLong(labels)
        .putLong(vectors)
        .putInt(-1)
        .putInt(-1)
        .putLong(m)
        .putLong(2L * m)
        .putLong(m)
        .putDouble(1 / Math.log(m))
        .putLong(parameters[2])
        .array();
  }

  private static void refuse(Path directory, byte[] bytes, Space space, int at, long value)
      throws Exception {
    byte[] changed = bytes.clone();
    ByteBuffer.wrap(changed).order(ByteOrder.LITTLE_ENDIAN).putLong(at, value);
    refuse(directory, changed, space);
  }

  private static void refuse(Path directory, byte[] bytes, Space space) throws Exception {
    Path file = HnswlibFixture.write(directory.resolve("file"), bytes);
    Path target = directory.resolve("target");
    Exception e = expectThrows(Exception.class, () -> new HnswlibImport(file, space, target).run());
    assertTrue(e.toString(), e.getMessage().startsWith("not a sound file of hnswlib: "));
    try (Stream<Path> left = Files.list(directory)) {
      assertEquals(List.of(directory.resolve("file")), left.toList());
    }
  }

  /** Whatever a file says, it is imported in full or refused without a trace. */
  public void testRandomDamage() throws Exception {
    HnswlibFixture fixture = HnswlibFixture.of(Space.COSINE);
    Path directory = createTempDir();
    int refused = 0;
    for (int i = 0; i < 60; i++) {
      byte[] bytes = fixture.file().clone();
      for (int j = 0; j < 3; j++) {
        int at = random().nextInt(random().nextBoolean() ? 96 : bytes.length);
        bytes[at] ^= (byte) (1 << random().nextInt(8));
      }
      Path file = HnswlibFixture.write(directory.resolve("file"), bytes);
      Path target = directory.resolve("target" + i);
      try {
        new HnswlibImport(file, Space.COSINE, target).run();
      } catch (CorruptIndexException e) {
        refused++;
        assertFalse(Files.exists(target));
        continue;
      }
      try (HnswIndex index = HnswIndex.open(target)) {
        assertEquals(1000, index.elementCount());
        assertTrue(index.knnQuery(fixture.queries()[0], 5).labels().length > 0);
      }
    }
    assertTrue(refused > 10);
  }

  public void testDirectoriesInUseAreLeftAlone() throws Exception {
    HnswlibFixture fixture = HnswlibFixture.of(Space.COSINE);
    Path full = createTempDir();
    Files.writeString(full.resolve("note"), "mine");
    IllegalArgumentException e =
        expectThrows(IllegalArgumentException.class, () -> run(fixture, full));
    assertTrue(e.getMessage(), e.getMessage().contains("not empty"));
    assertEquals("mine", Files.readString(full.resolve("note")));
    expectThrows(IllegalArgumentException.class, () -> run(fixture, full.resolve("note")));
    Path empty = createTempDir();
    run(fixture, empty); // a directory without anything in it will do
    HnswIndex.open(empty).close();
    // vectors of another length are not those of this space
    HnswlibFixture l2 = HnswlibFixture.of(Space.L2);
    Path file = l2.save(createTempDir());
    Path target = createTempDir().resolve("index");
    Exception wrong =
        expectThrows(
            CorruptIndexException.class, () -> new HnswlibImport(file, Space.COSINE, target).run());
    assertTrue(wrong.getMessage(), wrong.getMessage().contains("unit length"));
    // what an import that was killed has left behind is in nobody's way
    Path unfinished = target.resolveSibling("index.importing");
    Files.createDirectories(unfinished);
    Files.writeString(unfinished.resolve("_0.vec"), "half");
    new HnswlibImport(file, Space.L2, target).ef(70).run();
    assertFalse(Files.exists(unfinished));
    try (HnswIndex index = HnswIndex.open(target)) {
      assertEquals(70, index.ef());
    }
  }

  public void testFilesOfOthersBesideTheDirectoryAreLeftAlone() throws Exception {
    HnswlibFixture fixture = HnswlibFixture.of(Space.COSINE);
    Path target = createTempDir().resolve("index");
    Path unfinished = target.resolveSibling("index.importing");
    Files.createDirectories(unfinished);
    Files.writeString(unfinished.resolve("_0.vec"), "half");
    for (String name : List.of("notes.txt", "segments_1", "_directory.d")) {
      Path other = unfinished.resolve(name);
      if (name.endsWith(".d")) {
        Files.createDirectory(other);
      } else {
        Files.writeString(other, "mine");
      }
      IllegalArgumentException e =
          expectThrows(IllegalArgumentException.class, () -> run(fixture, target));
      assertTrue(e.getMessage(), e.getMessage().contains(name));
      assertTrue(Files.exists(other));
      assertEquals("half", Files.readString(unfinished.resolve("_0.vec")));
      assertFalse(Files.exists(target));
      Files.delete(other);
    }
    Path damaged = HnswlibFixture.write(target.resolveSibling("damaged"), new byte[100]);
    expectThrows(
        CorruptIndexException.class, () -> new HnswlibImport(damaged, Space.L2, target).run());
    run(fixture, target);
    assertFalse(Files.exists(unfinished));
    HnswIndex.open(target).close();
  }
}
