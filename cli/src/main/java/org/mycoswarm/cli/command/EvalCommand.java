package org.mycoswarm.cli.command;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.mycoswarm.cli.CommandFailed;
import org.mycoswarm.cli.ExitCode;
import org.mycoswarm.cli.client.BrokerClient;
import org.mycoswarm.cli.client.Wire;
import org.mycoswarm.cli.output.Figures;
import org.mycoswarm.cli.output.Progress;
import org.mycoswarm.cli.output.Table;
import org.mycoswarm.evaluation.Evaluation;
import org.mycoswarm.evaluation.Judgements;
import org.mycoswarm.evaluation.Topic;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "eval",
    header = "Measures how good the search of a collection is.",
    description = {
      "Asks a collection the topics of a test collection, and compares what is found with the judgements.",
      "A judged document is the file with that path, or with that name, with or without its ending.",
      "",
      "TOPICS has TREC's form, <top> <num> <title> or <DOC> <DOCNO>; QRELS a line for each judgement:",
      "'topic 0 document relevance'. The first 100 documents count: MAP is of these."
    },
    footer = {
      "%nExamples:",
      "  ./mycoswarm eval topics.txt qrels.txt --collection cranfield",
      "  ./mycoswarm eval topics.txt qrels.txt --collection cranfield --mode hybrid --mode text"
    })
final class EvalCommand implements Callable<Integer> {
  private final Mycoswarm root;

  @Option(
      names = "--collection",
      required = true,
      paramLabel = "NAME",
      description = "The collection.")
  private String collection = "";

  @Option(
      names = "--mode",
      paramLabel = "MODE",
      description =
          "hybrid, dense (by meaning alone) or text (by words alone). May be repeated. Default: hybrid.")
  private List<String> modes = List.of();

  @Option(names = "--exact", description = "Compares with every vector: slower, and misses none.")
  private boolean exact;

  @Option(names = "--json", description = "Prints a JSON object a line, one for each mode.")
  private boolean json;

  @Parameters(index = "0", paramLabel = "TOPICS", description = "The questions.")
  private Path topics = Path.of("");

  @Parameters(index = "1", paramLabel = "QRELS", description = "Which documents answer them.")
  private Path judgements = Path.of("");

  EvalCommand(Mycoswarm root) {
    this.root = root;
  }

  @Override
  public Integer call() {
    List<Topic> asked = read(() -> Topic.read(topics));
    Judgements judged = read(() -> Judgements.read(judgements));
    PrintStream out = root.surroundings().out();
    Table table = new Table("MODE", "TOPICS", "nDCG@10", "R@100", "MRR", "MAP");
    try (BrokerClient client = root.client();
        Progress progress = root.progress()) {
      for (String mode : modes.isEmpty() ? List.of("hybrid") : modes) {
        JudgedSearch search = new JudgedSearch(client, collection, mode, exact, judged);
        Evaluation measured = measure(search, asked, judged, progress);
        progress.finish();
        search.notes().forEach(progress::say);
        if (json) {
          out.println(Wire.line(fields(mode, measured)));
        } else {
          row(table, mode, measured);
        }
      }
    }
    if (!json) {
      table.print(out);
    }
    return 0;
  }

  private Evaluation measure(
      JudgedSearch search, List<Topic> asked, Judgements judged, Progress progress) {
    int[] done = {0};
    int all = judged.relevant().size();
    try {
      return Evaluation.of(
          asked,
          judged,
          topic -> {
            List<String> found = search.of(topic);
            done[0]++;
            progress.show(
                (double) done[0] / all, "%s asked".formatted(Figures.count(done[0], "topic")));
            return found;
          });
    } catch (IllegalArgumentException e) {
      throw new CommandFailed(ExitCode.FAILURES, e.getMessage() + ".");
    }
  }

  private interface Reading<T> {
    T now() throws IOException;
  }

  private static <T> T read(Reading<T> reading) {
    try {
      return reading.now();
    } catch (java.nio.file.NoSuchFileException e) {
      throw new CommandFailed(
          ExitCode.NOT_FOUND,
          "Expected a file '%s', but it does not exist. Nothing was measured."
              .formatted(e.getFile()));
    } catch (IOException e) {
      throw new CommandFailed(ExitCode.FAILURES, e.getMessage() + ".");
    }
  }

  private static void row(Table table, String mode, Evaluation measured) {
    table.row(
        mode,
        Integer.toString(measured.topics()),
        share(measured.ndcg10()),
        share(measured.recall100()),
        share(measured.mrr()),
        share(measured.map()));
  }

  private static String share(double value) {
    return String.format(Locale.ROOT, "%.4f", value);
  }

  private Map<String, Object> fields(String mode, Evaluation measured) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("collection", collection);
    fields.put("mode", mode);
    fields.put("topics", measured.topics());
    fields.put("ndcg10", measured.ndcg10());
    fields.put("recall100", measured.recall100());
    fields.put("mrr", measured.mrr());
    fields.put("map", measured.map());
    return fields;
  }
}
