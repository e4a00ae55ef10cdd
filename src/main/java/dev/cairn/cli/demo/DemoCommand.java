/* SPDX-License-Identifier: Apache-2.0 */
package dev.cairn.cli.demo;

import dev.cairn.cli.console.ConsoleProgress;
import dev.cairn.cli.console.Terminal;
import dev.cairn.cli.console.WrongCall;
import dev.cairn.cli.data.CacheDirectory;
import dev.cairn.cli.data.EmbeddingCache;
import dev.cairn.cli.data.Progress;
import dev.cairn.cli.data.SentenceEmbedder;
import dev.cairn.cli.data.VectorFile;
import dev.cairn.cli.data.WordNetCorpus;
import dev.cairn.cli.data.WordNetCorpus.Synset;
import dev.cairn.cli.demo.ReverseDictionary.Answer;
import dev.cairn.cli.demo.ReverseDictionary.Hit;
import dev.cairn.codec.CairnHnswParameters;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.Term;
import org.apache.lucene.store.Directory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The {@code demo} command. */
@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    description = "A reverse dictionary: finds words of WordNet 3.1 by what they mean.")
public final class DemoCommand implements Callable<Integer> {
  private static final String VECTORS = "wordnet-3.1";
  private static final int HELD_OUT = 1000;
  private static final int DELETED = 3;

  @Option(
      names = {"-q", "--question"},
      defaultValue = "${sys:q:-}",
      description = {
        "Answer this question alone.",
        "It may start with noun:, verb:, adjective: or adverb: to ask for such words only."
      })
  private String question = "";

  @Option(
      names = {"-n", "--count"},
      defaultValue = "5",
      description = "Answers of each kind to show (default: ${DEFAULT-VALUE}).")
  private int count;

  @Option(
      names = "--ef-search",
      defaultValue = "100",
      description = "Beam width of the vector search (default: ${DEFAULT-VALUE}).")
  private int efSearch;

  /** Held here because a logger nobody holds forgets its level. */
  private static final Logger LUCENE_LOG = Logger.getLogger("org.apache.lucene");

  private final PrintStream out = System.out;
  private final Progress.Factory progress = ConsoleProgress::start;

  @Override
  public Integer call() throws IOException {
    // Lucene logs which vector instructions it found; here that would stand among the answers.
    LUCENE_LOG.setLevel(Level.WARNING);
    WrongCall.checkRange("--count", 1, ReverseDictionary.DEPTH, count);
    WrongCall.checkRange("--ef-search", 1, CairnHnswParameters.MAX_EF_SEARCH, efSearch);
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
        ReverseDictionary dictionary = new ReverseDictionary(reader, embedder, efSearch);
        if (!question.isBlank()) {
          show(dictionary.answer(Question.parse(question), count));
          return 0;
        }
        out.printf(
            Locale.ROOT,
            "A reverse dictionary: %,d meanings of WordNet 3.1, kept in %s%n%n",
            reader.numDocs(),
            cache);
        answerBuiltInQuestions(dictionary);
        answerAfterDeletions(directory, dictionary, embedder);
        title("The index");
        IndexFacts.describe(reader, DictionaryIndex.VECTOR).forEach(out::println);
        title("Recall and speed: " + HELD_OUT + " held-out glosses as queries, one thread");
        HeldOutQueries heldOut = new HeldOutQueries(vectors, HELD_OUT);
        try (EvaluationIndexes both = new EvaluationIndexes(indexes, heldOut, data, progress)) {
          new RecallReport(heldOut).measure(both).forEach(out::println);
        }
        if (Terminal.isPresent()) {
          new Prompt(System.console(), dictionary, count).run();
        } else {
          out.printf("%nAsk your own question with -Dq=\"...\".%n");
        }
      }
    }
    return 0;
  }

  private void answerBuiltInQuestions(ReverseDictionary dictionary) throws IOException {
    for (Question question : Question.BUILT_IN) {
      show(dictionary.answer(question, count));
    }
    title("With a filter on the part of speech");
    show(dictionary.answer(Question.WITH_FILTER, count));
  }

  /** Deletes the best answers to a question, asks again, and takes the deletions back. */
  private void answerAfterDeletions(
      Directory directory, ReverseDictionary dictionary, SentenceEmbedder embedder)
      throws IOException {
    List<Hit> best = dictionary.answer(Question.WITH_DELETIONS, DELETED).hybrid();
    IndexWriter writer =
        new IndexWriter(directory, DictionaryIndex.config(VectorFormats.CAIRN.codec()));
    try {
      for (Hit hit : best) {
        writer.deleteDocuments(new Term(DictionaryIndex.ID, hit.id()));
      }
      try (DirectoryReader reader = DirectoryReader.open(writer)) {
        title(
            String.format(
                Locale.ROOT,
                "After deleting %s (%,d of %,d documents are left)",
                String.join(" and ", best.stream().map(hit -> firstWord(hit)).toList()),
                reader.numDocs(),
                reader.maxDoc()));
        ReverseDictionary reduced = new ReverseDictionary(reader, embedder, efSearch);
        show(reduced.answer(Question.WITH_DELETIONS, count));
      }
    } finally {
      writer.rollback();
    }
  }

  private static String firstWord(Hit hit) {
    return "\"" + hit.words().split(",")[0] + "\"";
  }

  private void show(Answer answer) {
    AnswerView.render(answer).forEach(out::println);
    out.println();
  }

  private void title(String text) {
    out.printf("%n== %s%n%n", text);
  }
}
