/* SPDX-License-Identifier: Apache-2.0 */
package dev.cairn.cli.demo;

import dev.cairn.cli.console.ConsoleProgress;
import dev.cairn.cli.console.WrongCall;
import dev.cairn.cli.data.CacheDirectory;
import dev.cairn.cli.data.EmbeddingCache;
import dev.cairn.cli.data.Progress;
import dev.cairn.cli.data.SentenceEmbedder;
import dev.cairn.cli.data.VectorFile;
import dev.cairn.cli.data.WordNetCorpus;
import dev.cairn.cli.data.WordNetCorpus.Synset;
import dev.cairn.codec.CairnHnswParameters;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.Callable;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.store.Directory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The {@code hybrid} command. */
@Command(
    name = "hybrid",
    mixinStandardHelpOptions = true,
    description = {
      "Measures what fusing text and vectors gains.",
      "The words of a meaning of WordNet are the query, its gloss is what is to be found."
    })
public final class HybridCommand implements Callable<Integer> {
  private static final String VECTORS = "wordnet-3.1";

  /** A meaning with one word says little about its gloss. */
  private static final int LEAST_WORDS = 2;

  @Option(
      names = "--queries",
      defaultValue = "1000",
      description = "How many meanings to look for (default: ${DEFAULT-VALUE}).")
  private int queryCount;

  @Option(
      names = "--seed",
      defaultValue = "1",
      description = "Which meanings to look for (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Option(
      names = "--rank-constant",
      defaultValue = "60",
      description = "The k of reciprocal rank fusion (default: ${DEFAULT-VALUE}).")
  private int rankConstant;

  @Option(
      names = "--text-weight",
      defaultValue = "1",
      description = "Weight of the text, that of the vectors being 1 (default: ${DEFAULT-VALUE}).")
  private float textWeight;

  @Option(
      names = "--ef-search",
      defaultValue = "100",
      description = "Beam width of the vector search (default: ${DEFAULT-VALUE}).")
  private int efSearch;

  private final PrintStream out = System.out;
  private final Progress.Factory progress = ConsoleProgress::start;

  @Override
  public Integer call() throws IOException {
    WrongCall.checkAtLeast("--queries", 1, queryCount);
    WrongCall.checkAtLeast("--rank-constant", 1, rankConstant);
    WrongCall.checkRange("--ef-search", 1, CairnHnswParameters.MAX_EF_SEARCH, efSearch);
    if (!(textWeight > 0 && textWeight < Float.POSITIVE_INFINITY)) {
      throw new WrongCall("--text-weight must be finite and above 0, got " + textWeight);
    }
    Path cache = CacheDirectory.locate();
    IndexCache indexes = new IndexCache(cache, System.err::println);
    List<Synset> synsets = WordNetCorpus.load();
    List<String> glosses = WordNetCorpus.glosses(synsets);
    try (SentenceEmbedder embedder = new SentenceEmbedder();
        VectorFile vectors =
            new EmbeddingCache(cache, progress, System.err::println)
                .vectors(VECTORS, glosses, embedder)) {
      String data = VECTORS + " " + EmbeddingCache.fingerprint(glosses) + " " + embedder.model();
      try (Directory directory = DictionaryIndex.open(indexes, data, synsets, vectors, progress);
          DirectoryReader reader = DirectoryReader.open(directory)) {
        List<KnownItems.Item> items = items(synsets, embedder);
        out.printf(
            Locale.ROOT,
            "%,d of %,d meanings, looked for by their words among all glosses; text weight %s%n",
            items.size(),
            synsets.size(),
            textWeight);
        new KnownItems(new IndexSearcher(reader), efSearch, rankConstant, textWeight)
            .measure(items)
            .forEach(out::println);
      }
    }
    return 0;
  }

  private List<KnownItems.Item> items(List<Synset> synsets, SentenceEmbedder embedder)
      throws IOException {
    List<Integer> several = new ArrayList<>();
    for (int i = 0; i < synsets.size(); i++) {
      if (synsets.get(i).words().size() >= LEAST_WORDS) {
        several.add(i);
      }
    }
    Collections.shuffle(several, new Random(seed));
    List<KnownItems.Item> items = new ArrayList<>();
    try (Progress bar = progress.start("Embedding", 0, Math.min(queryCount, several.size()))) {
      for (int i : several.subList(0, Math.min(queryCount, several.size()))) {
        String words = String.join(", ", synsets.get(i).words());
        items.add(new KnownItems.Item(words, embedder.embed(words), Integer.toString(i)));
        bar.step();
      }
    }
    return items;
  }
}
