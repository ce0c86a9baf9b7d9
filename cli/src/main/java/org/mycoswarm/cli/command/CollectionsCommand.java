package org.mycoswarm.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.cli.CommandFailed;
import org.mycoswarm.cli.ExitCode;
import org.mycoswarm.cli.client.BrokerClient;
import org.mycoswarm.cli.client.Wire;
import org.mycoswarm.cli.output.Figures;
import org.mycoswarm.cli.output.RunSummary;
import org.mycoswarm.cli.output.Table;
import org.mycoswarm.schema.wire.CollectionView;
import org.mycoswarm.schema.wire.RunReport;
import org.mycoswarm.schema.wire.RunReport.FileOutcome;
import org.mycoswarm.schema.wire.RunView;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "collections",
    header = "Lists the collections; looks after them.",
    description = "Lists what can be searched, and when it was brought up to date last.",
    footer = {
      "%nExamples:",
      "  ./mycoswarm collections",
      "  ./mycoswarm collections report notes      # what the last run did, file by file",
      "  ./mycoswarm collections rollback notes    # back to the generation before"
    })
final class CollectionsCommand implements Callable<Integer> {
  private final Mycoswarm root;

  @Option(names = "--json", description = "Prints the API's own JSON.")
  private boolean json;

  CollectionsCommand(Mycoswarm root) {
    this.root = root;
  }

  @Override
  public Integer call() {
    PrintStream out = root.surroundings().out();
    try (BrokerClient client = root.client()) {
      JsonNode all = client.get("/api/v1/collections");
      if (json) {
        out.println(Wire.pretty(all));
        return 0;
      }
      Table table =
          new Table(
              "NAME", "DOCUMENTS", "CHUNKS", "SIZE", "GENERATION", "UPDATED", "RUN", "FOLDER");
      for (JsonNode each : all.path("items")) {
        CollectionView view = Wire.read(each, CollectionView.class);
        table.row(
            view.name(),
            Figures.number(view.documents()),
            Figures.number(view.chunks()),
            Figures.bytes(view.bytes()),
            Integer.toString(view.generation()),
            Figures.instant(view.updatedAt()),
            view.run() == null ? "" : view.run().state(),
            view.folder() == null ? "(uploaded)" : view.folder());
      }
      table.print(out);
    }
    return 0;
  }

  private static String path(String name) {
    return "/api/v1/collections/" + BrokerClient.segment(name);
  }

  /// The run that is meant when none is named.
  private static String lastRun(BrokerClient client, String name) {
    CollectionView view = client.get(path(name), CollectionView.class);
    RunView run = view.run();
    if (run == null) {
      throw new CommandFailed(
          ExitCode.NOT_FOUND,
          "Expected a run of collection '%s', but there is none.".formatted(name));
    }
    return run.run();
  }

  @Command(
      name = "runs",
      header = "Lists the runs of a collection, newest first.",
      description = "Lists the run that goes on and the last ones that ended.")
  static final class Runs implements Callable<Integer> {
    private final Mycoswarm root;

    @Parameters(paramLabel = "NAME", description = "The collection.")
    private String name = "";

    Runs(Mycoswarm root) {
      this.root = root;
    }

    @Override
    public Integer call() {
      Table table = new Table("RUN", "STATE", "STARTED", "ENDED", "FILES", "REASON");
      try (BrokerClient client = root.client()) {
        for (JsonNode each : client.get(path(name) + "/runs").path("items")) {
          RunView run = Wire.read(each, RunView.class);
          List<String> counts = new ArrayList<>();
          run.counts().forEach((change, files) -> counts.add(files + " " + change));
          table.row(
              run.run(),
              run.state(),
              Figures.instant(run.startedAt()),
              Figures.instant(run.endedAt()),
              String.join(", ", counts),
              run.reason() == null ? "" : run.reason());
        }
      }
      table.print(root.surroundings().out());
      return 0;
    }
  }

  @Command(
      name = "report",
      header = "Shows what a run did, file by file.",
      description = "Shows what a run did: every file that is not as it was before is in it.")
  static final class Report implements Callable<Integer> {
    private final Mycoswarm root;

    @Option(names = "--json", description = "Prints the API's own JSON.")
    private boolean json;

    @Option(names = "--failed", description = "Only files that failed.")
    private boolean failed;

    @Parameters(index = "0", paramLabel = "NAME", description = "The collection.")
    private String name = "";

    @Parameters(
        index = "1",
        arity = "0..1",
        paramLabel = "RUN",
        description = "The run's id. Default: the last one.")
    private @Nullable String run;

    Report(Mycoswarm root) {
      this.root = root;
    }

    @Override
    public Integer call() {
      PrintStream out = root.surroundings().out();
      try (BrokerClient client = root.client()) {
        String id = run == null ? lastRun(client, name) : run;
        JsonNode answer = client.get(path(name) + "/runs/" + BrokerClient.segment(id) + "/report");
        if (json) {
          out.println(Wire.pretty(answer));
          return 0;
        }
        RunReport report = Wire.read(answer, RunReport.class);
        RunSummary.print(out, report);
        Table table = new Table("CHANGE", "CHUNKS", "FILE", "NOTE");
        for (FileOutcome file : report.files()) {
          if (!failed || file.change().equals("failed")) {
            table.row(file.change(), Figures.number(file.chunks()), file.path(), note(file));
          }
        }
        out.println();
        table.print(out);
      }
      return 0;
    }

    private static String note(FileOutcome file) {
      RunReport.Failure failure = file.failure();
      if (failure != null) {
        return "%s, %s: %s%s"
            .formatted(
                failure.stage(),
                failure.error(),
                failure.message(),
                failure.retryable() ? " (tried again next time)" : "");
      }
      if (file.from() != null) {
        return (file.change().equals("moved") ? "from " : "as in ") + file.from();
      }
      return file.note() == null ? "" : file.note();
    }
  }

  @Command(
      name = "cancel",
      header = "Ends the run that goes on.",
      description = "Ends the run that goes on. What it has done so far stays.")
  static final class Cancel implements Callable<Integer> {
    private final Mycoswarm root;

    @Parameters(paramLabel = "NAME", description = "The collection.")
    private String name = "";

    Cancel(Mycoswarm root) {
      this.root = root;
    }

    @Override
    public Integer call() {
      try (BrokerClient client = root.client()) {
        String run = lastRun(client, name);
        client.post(path(name) + "/runs/" + BrokerClient.segment(run) + "/cancel");
        root.surroundings().out().println("Run %s of %s is being ended.".formatted(run, name));
      }
      return 0;
    }
  }

  @Command(
      name = "rollback",
      header = "Goes back to the generation that served before.",
      description = {
        "Goes back to the generation that served before the last change of model or chunk size, at",
        "once. A second time goes forward again."
      })
  static final class RollBack implements Callable<Integer> {
    private final Mycoswarm root;

    @Parameters(paramLabel = "NAME", description = "The collection.")
    private String name = "";

    RollBack(Mycoswarm root) {
      this.root = root;
    }

    @Override
    public Integer call() {
      try (BrokerClient client = root.client()) {
        CollectionView view =
            Wire.read(client.post(path(name) + "/rollback"), CollectionView.class);
        root.surroundings()
            .out()
            .println(
                "Generation %d of %s serves, by %s, with the files as they were when it served last; './mycoswarm index --into %s' brings it up to date."
                    .formatted(view.generation(), name, view.modelName(), name));
      }
      return 0;
    }
  }

  @Command(
      name = "rm",
      header = "Deletes a collection with its index.",
      description = "Deletes a collection with its index. The folder itself is not touched.")
  static final class Remove implements Callable<Integer> {
    private final Mycoswarm root;

    @Parameters(paramLabel = "NAME", description = "The collection.")
    private String name = "";

    Remove(Mycoswarm root) {
      this.root = root;
    }

    @Override
    public Integer call() {
      try (BrokerClient client = root.client()) {
        client.delete(path(name));
        root.surroundings().out().println("Collection %s is deleted.".formatted(name));
      }
      return 0;
    }
  }
}
