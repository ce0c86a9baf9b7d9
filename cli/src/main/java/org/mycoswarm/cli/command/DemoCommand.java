package org.mycoswarm.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.cli.CommandFailed;
import org.mycoswarm.cli.ExitCode;
import org.mycoswarm.cli.client.BrokerClient;
import org.mycoswarm.cli.client.Wire;
import org.mycoswarm.cli.folder.Download;
import org.mycoswarm.cli.nearest.Question;
import org.mycoswarm.cli.output.JobSummary;
import org.mycoswarm.cli.output.Progress;
import org.mycoswarm.cli.output.Table;
import org.mycoswarm.cli.process.Child;
import org.mycoswarm.cli.process.Installation;
import org.mycoswarm.cli.process.LocalSwarm;
import org.mycoswarm.schema.wire.BrokerView;
import org.mycoswarm.schema.wire.JobReport;
import org.mycoswarm.schema.wire.JobView;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "demo",
    header = "Shows the whole thing, start to end, on one folder.",
    description = {
      "Shows the whole thing: starts a broker and two nodes in a home of their own, embeds a folder,",
      "keeps the results, asks them a question, and shuts down."
    },
    footer = {
      "%nExamples:",
      "  ./mycoswarm demo",
      "  ./mycoswarm demo ~/notes --question 'When is the heating serviced?'",
      "  ./mycoswarm demo --stay    # and look around in the console"
    })
final class DemoCommand implements Callable<Integer> {
  private static final int NODES = 2;
  private static final int ANSWERS = 3;
  private static final int TEXT_SHOWN = 110;

  private final Mycoswarm root;

  @Option(names = "--stay", description = "Keeps the swarm up until Ctrl-C.")
  private boolean stay;

  @Option(
      names = "--question",
      paramLabel = "TEXT",
      description = "What to ask the result. Default: '${DEFAULT-VALUE}'")
  private String question = "What happens when a node dies while it works?";

  @Parameters(
      arity = "0..1",
      paramLabel = "FOLDER",
      description = "The folder with the documents. Default: this project's own docs.")
  private @Nullable Path folder;

  DemoCommand(Mycoswarm root) {
    this.root = root;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    Path documents = folder();
    String started =
        LocalDateTime.now(ZoneId.systemDefault())
            .format(DateTimeFormatter.ofPattern("yyyy-MM-dd-HHmmss"));
    Path home = Files.createDirectories(root.home().resolve("demo").resolve(started));
    try (LocalSwarm swarm = new LocalSwarm(Installation.ofThisProgram(), home);
        BrokerClient client = Mycoswarm.clientOf(home);
        Progress progress = root.progress()) {
      Child broker = start(swarm, client, progress);
      ExitCode code = work(documents, swarm, client, progress);
      if (stay) {
        root.surroundings().out().println("The swarm stays up. Ctrl-C ends it.");
        broker.await();
      }
      return code.code();
    }
  }

  private Path folder() {
    Path documents = folder;
    if (documents == null) {
      Path project = root.surroundings().root();
      documents = project == null ? Path.of("docs") : project.resolve("docs");
    }
    if (!Files.isDirectory(documents)) {
      throw new CommandFailed(
          ExitCode.NOT_FOUND,
          "Expected '%s' to be a folder with documents, but it is none. Nothing was started; name one: ./mycoswarm demo FOLDER"
              .formatted(documents));
    }
    return documents;
  }

  private Child start(LocalSwarm swarm, BrokerClient client, Progress progress) {
    progress.say("Starting a broker and %d nodes ...".formatted(NODES));
    Child broker = swarm.startBroker(List.of("--port", "0"), client);
    int workers = Math.max(1, Runtime.getRuntime().availableProcessors() / NODES);
    for (int i = 1; i <= NODES; i++) {
      String name = "demo-" + i;
      swarm.startNode(
          name,
          List.of(
              "--home",
              swarm.home().resolve(name).toString(),
              "--broker-home",
              swarm.home().toString(),
              "--name",
              name,
              "--workers",
              Integer.toString(workers)));
    }
    swarm.awaitNodes(NODES, client);
    progress.say("They found each other. Console: " + console(client));
    return broker;
  }

  private ExitCode work(Path documents, LocalSwarm swarm, BrokerClient client, Progress progress)
      throws IOException {
    Path home = swarm.home();
    FolderJob job = new FolderJob(client, progress, EmbedCommand.PATIENCE, swarm::stopping);
    FolderJob.Submitted submitted =
        job.submit(documents, new FolderJob.Wishes(null, null, null, null, null));
    JobView ended = job.await(submitted);
    progress.finish();
    PrintStream out = root.surroundings().out();
    JobSummary.print(out, ended);
    String path = "/api/v1/jobs/" + BrokerClient.segment(ended.job());
    JsonNode report = client.get(path + "/report");
    JobSummary.print(out, Wire.read(report, JobReport.class));
    Files.write(
        home.resolve("report.json"),
        Wire.pretty(report).getBytes(java.nio.charset.StandardCharsets.UTF_8));
    Download.to(client, path + "/results?format=jsonl", home.resolve("results.jsonl"));
    Download.to(client, path + "/results?format=npy", home.resolve("results.npy"));
    Download.to(client, path + "/results?format=index", home.resolve("results.index.jsonl"));
    ask(out, home, client);
    out.println("Results: " + home + " (results.jsonl, results.npy, report.json)");
    out.println(
        "Console: %s (%s)"
            .formatted(
                console(client), stay ? "until Ctrl-C" : "gone now; --stay keeps the swarm up"));
    return JobSummary.exitCode(ended);
  }

  private void ask(PrintStream out, Path home, BrokerClient client) throws IOException {
    List<Question.Answer> answers =
        new Question(client)
            .ask(
                question,
                home.resolve("results.npy"),
                home.resolve("results.index.jsonl"),
                ANSWERS);
    out.println();
    out.println("Question: " + question);
    for (Question.Answer answer : answers) {
      JsonNode chunk = answer.chunk();
      String text = Table.printable(chunk.path("text").asText().strip()).replaceAll("\\s+", " ");
      out.printf(
          Locale.ROOT,
          "  %.2f  %s, characters %d to %d%n        %s%n",
          answer.similarity(),
          Table.printable(chunk.path("document").asText()),
          chunk.path("start").asInt(),
          chunk.path("end").asInt(),
          text.length() <= TEXT_SHOWN ? text : text.substring(0, TEXT_SHOWN) + " ...");
    }
    out.println();
  }

  private static String console(BrokerClient client) {
    return client.get("/api/v1", BrokerView.class).console();
  }
}
