/* SPDX-License-Identifier: Apache-2.0 */
package dev.cairn.cli.migrate;

import dev.cairn.cli.data.Progress;
import dev.cairn.cli.index.ReadOnlyDirectory;
import dev.cairn.codec.CairnHnswParameters;
import dev.cairn.codec.CairnHnswVectorsFormat;
import dev.cairn.codec.GraphFacts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.function.Consumer;
import org.apache.lucene.index.CodecReader;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.SegmentInfos;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.util.StringHelper;

/** From one directory to another, from wherever an earlier run has got to. */
final class Migration {
  /**
   * What was done.
   *
   * @param segments segments of the source
   * @param documents documents of the new index
   * @param deleted deleted documents, which were left behind
   * @param kept segments that an earlier run had written
   * @param bytesBefore size of the source
   * @param bytesAfter size of the new index
   */
  record Result(
      int segments, int documents, int deleted, int kept, long bytesBefore, long bytesAfter) {}

  private final Path source;
  private final Path target;
  private final CairnHnswVectorsFormat format;
  private final Progress.Factory progress;
  private final Consumer<String> log;

  Migration(
      Path source,
      Path target,
      CairnHnswVectorsFormat format,
      Progress.Factory progress,
      Consumer<String> log) {
    this.source = source;
    this.target = target;
    this.format = format;
    this.progress = progress;
    this.log = log;
  }

  Result run() throws IOException {
    try (ReadOnlyDirectory from = ReadOnlyDirectory.open(source);
        DirectoryReader reader = DirectoryReader.open(from)) {
      checkPlaces();
      Rewriter.check(reader);
      if (Workplace.isTaken(target)) {
        checkMigrated(reader);
        Workplace.cleanUp(target);
        log.accept("nothing to do: " + target + " is " + source + " migrated");
        return result(reader, reader.leaves().size());
      }
      int kept;
      try (Workplace workplace = Workplace.open(target, state(reader))) {
        boolean isWritten = workplace.isVerified();
        kept = isWritten ? reader.leaves().size() : write(reader, workplace);
        workplace.deliver();
        if (isWritten) {
          checkMigrated(reader); // the source may have changed since
        }
      }
      return result(reader, kept);
    }
  }

  private void checkPlaces() throws IOException {
    Path from = source.toRealPath();
    // what exists of the target, by its real name
    Path existing = target.toAbsolutePath().normalize();
    Path rest = Path.of("");
    while (!Files.exists(existing)) {
      rest = existing.getFileName().resolve(rest);
      existing = existing.getParent();
    }
    Path to = existing.toRealPath().resolve(rest).normalize();
    if (to.startsWith(from) || from.startsWith(to)) {
      throw new IllegalArgumentException(
          "source and target must be apart, got " + source + " and " + target);
    }
  }

  /** A commit has an id of its own, so that a source that has changed is noticed. */
  private String state(DirectoryReader reader) throws IOException {
    SegmentInfos infos =
        SegmentInfos.readCommit(reader.directory(), reader.getIndexCommit().getSegmentsFileName());
    return StringHelper.idToString(infos.getId()) + " as " + format.parameters();
  }

  private int write(DirectoryReader reader, Workplace workplace) throws IOException {
    try (Directory directory = FSDirectory.open(workplace.index())) {
      int kept;
      long steps = Rewriter.steps(reader);
      try (Progress bar = progress.start("writing", 0, steps)) {
        kept = new Rewriter(reader, format, bar).run(directory);
      }
      if (kept > 0) {
        log.accept("resumed: " + kept + " segments were there");
      }
      try (Progress bar = progress.start("verifying", 0, steps - reader.numDocs())) {
        Verifier verifier = new Verifier(bar);
        String problem = verifier.difference(reader, directory);
        problem = problem != null ? problem : verifier.damage(directory);
        if (problem != null) {
          throw new IllegalStateException("the new index is not right: " + problem);
        }
      }
      workplace.setVerified();
      return kept;
    }
  }

  private void checkMigrated(DirectoryReader reader) throws IOException {
    String refusal = "target " + target + " is not empty and is not a migration of " + source;
    try (Directory directory = FSDirectory.open(target)) {
      if (!DirectoryReader.indexExists(directory)) {
        throw new IllegalArgumentException(refusal);
      }
      try (Progress bar = progress.start("comparing", 0, Rewriter.steps(reader))) {
        String problem = new Verifier(bar).difference(reader, directory);
        if (problem != null) {
          throw new IllegalArgumentException(refusal + ": " + problem);
        }
      }
      checkParameters(directory, refusal);
    }
  }

  /** Refuses a finished target whose graphs were built otherwise than is now asked for. */
  private void checkParameters(Directory directory, String refusal) throws IOException {
    try (DirectoryReader migrated = DirectoryReader.open(directory)) {
      for (LeafReaderContext leaf : migrated.leaves()) {
        for (FieldInfo field : leaf.reader().getFieldInfos()) {
          if (field.hasVectorValues()) {
            CairnHnswParameters found =
                GraphFacts.of((CodecReader) leaf.reader(), field.name)
                    .map(GraphFacts::parameters)
                    .orElseThrow(
                        () ->
                            new IllegalArgumentException(
                                refusal + ": \"" + field.name + "\" is not in Cairn's format"));
            if (!found.equals(format.parameters())) {
              throw new IllegalArgumentException(
                  target
                      + " was migrated with "
                      + inWords(found)
                      + "; choose another target for "
                      + inWords(format.parameters()));
            }
          }
        }
      }
    }
  }

  private static String inWords(CairnHnswParameters parameters) {
    return String.format(
        Locale.ROOT,
        "M=%d, efConstruction=%d, efSearch=%d",
        parameters.maxConn(),
        parameters.beamWidth(),
        parameters.efSearch());
  }

  private Result result(DirectoryReader reader, int kept) throws IOException {
    try (Directory directory = FSDirectory.open(target);
        DirectoryReader migrated = DirectoryReader.open(directory)) {
      return new Result(
          reader.leaves().size(),
          migrated.numDocs(),
          reader.numDeletedDocs(),
          kept,
          bytes(reader),
          bytes(migrated));
    }
  }

  private static long bytes(DirectoryReader reader) throws IOException {
    long bytes = 0;
    for (String file : reader.getIndexCommit().getFileNames()) {
      bytes += reader.directory().fileLength(file);
    }
    return bytes;
  }
}
