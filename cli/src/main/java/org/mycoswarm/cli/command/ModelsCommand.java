package org.mycoswarm.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.cli.ExitCode;
import org.mycoswarm.cli.client.BrokerClient;
import org.mycoswarm.cli.client.Wire;
import org.mycoswarm.cli.folder.ModelFolder;
import org.mycoswarm.cli.folder.ModelUpload;
import org.mycoswarm.cli.output.Figures;
import org.mycoswarm.cli.output.PlanPage;
import org.mycoswarm.cli.output.Progress;
import org.mycoswarm.cli.output.Table;
import org.mycoswarm.schema.wire.LimitsView;
import org.mycoswarm.schema.wire.ModelFile;
import org.mycoswarm.schema.wire.ModelSubmission;
import org.mycoswarm.schema.wire.ModelView;
import org.mycoswarm.schema.wire.PlanView;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "models",
    header = "Models that the swarm runs, cut over several machines where one is too small.",
    description = {
      "Models that the swarm runs: ONNX graphs with their weights and tokenizers. A model that fits into",
      "no machine is cut, and each stage runs on another."
    },
    footer = {
      "%nExamples:",
      "  ./mycoswarm models add ~/models/Llama-3.2-1B-Instruct",
      "  ./mycoswarm models plan Llama-3.2-1B-Instruct",
      "  ./mycoswarm generate --model Llama-3.2-1B-Instruct 'Why is the sky blue?'"
    })
final class ModelsCommand implements Runnable {
  private static final String MODELS = "/api/v1/models";

  @Spec private @Nullable CommandSpec spec;

  @Override
  public void run() {
    if (spec != null) {
      throw new ParameterException(
          spec.commandLine(), "Expected `models add`, `list`, `plan` or `rm`.");
    }
  }

  private static String path(String model) {
    return MODELS + "/" + BrokerClient.segment(model);
  }

  /// As much of a digest as a person compares.
  private static String brief(String digest) {
    return digest.substring(0, Math.min(digest.length(), "sha256:".length() + 12));
  }

  @Command(
      name = "add",
      header = "Registers a model.",
      description = {
        "Registers the model in a folder: its .onnx file, the files in which its weights lie, and the JSON",
        "beside them. What the broker has already is not sent again.",
        "",
        "Of several graphs the one named model.onnx is taken; name the file to take another. A graph in",
        "a folder 'onnx' belongs to the tokenizer in the folder above."
      },
      footer = {
        "%nExamples:",
        "  ./mycoswarm models add ~/models/Llama-3.2-1B-Instruct --name llama",
        "  ./mycoswarm models add ~/models/Llama-3.2-1B-Instruct/onnx/model_fp16.onnx"
      })
  static final class Add implements Callable<Integer> {
    private final Mycoswarm root;

    @Option(
        names = "--name",
        paramLabel = "NAME",
        description = "What it is called. Default: the folder's name, or the file's.")
    private @Nullable String name;

    @Option(names = "--json", description = "Prints the API's own JSON.")
    private boolean json;

    @Parameters(paramLabel = "DIR|FILE", description = "The model's folder, or its .onnx file.")
    private Path given = Path.of("");

    Add(Mycoswarm root) {
      this.root = root;
    }

    @Override
    public Integer call() {
      ModelFolder folder = ModelFolder.of(given);
      PrintStream out = root.surroundings().out();
      try (BrokerClient client = root.client();
          Progress progress = root.progress()) {
        LimitsView limits = client.get("/api/v1/limits", LimitsView.class);
        BrokerClient patient = client.patient(EmbedCommand.PATIENCE);
        List<ModelFile> files =
            new ModelUpload(patient, limits.blobBytesMax(), progress).upload(folder);
        progress.finish();
        JsonNode added =
            patient.post(
                MODELS,
                new ModelSubmission(name == null ? folder.name() : name, files, folder.graph()));
        if (json) {
          out.println(Wire.pretty(added));
        } else {
          print(out, Wire.read(added, ModelView.class));
        }
      }
      return 0;
    }

    private static void print(PrintStream out, ModelView model) {
      out.println(
          "Model %s (%s): %s, %s of weights, can be cut in %s, up to %s."
              .formatted(
                  Table.printable(model.name()),
                  brief(model.digest()),
                  model.kind(),
                  Figures.bytes(model.weightBytes()),
                  Figures.count(model.cuts(), "place"),
                  Figures.count(model.contextTokens(), "token")));
      out.println("How it would run: ./mycoswarm models plan " + Table.printable(model.name()));
    }
  }

  @Command(
      name = "list",
      aliases = "ls",
      header = "Lists the registered models.",
      description = "Lists the registered models.")
  static final class Listing implements Callable<Integer> {
    private final Mycoswarm root;

    @Option(names = "--json", description = "Prints the API's own JSON.")
    private boolean json;

    Listing(Mycoswarm root) {
      this.root = root;
    }

    @Override
    public Integer call() {
      PrintStream out = root.surroundings().out();
      try (BrokerClient client = root.client()) {
        JsonNode all = client.get(MODELS);
        if (json) {
          out.println(Wire.pretty(all));
          return 0;
        }
        Table table =
            new Table("NAME", "DIGEST", "KIND", "WEIGHTS", "CUTS", "CONTEXT", "FILES", "ADDED");
        for (JsonNode each : all.path("items")) {
          ModelView model = Wire.read(each, ModelView.class);
          table.row(
              model.name(),
              brief(model.digest()),
              model.kind(),
              Figures.bytes(model.weightBytes()),
              Integer.toString(model.cuts()),
              Figures.number(model.contextTokens()),
              Integer.toString(model.files().size()),
              Figures.instant(model.added()));
        }
        table.print(out);
      }
      return 0;
    }
  }

  @Command(
      name = "plan",
      header = "Says on which machines a model would run, and how fast.",
      description = {
        "Says on which machines a model would run as the swarm is now, what of it each would hold, and how",
        "fast it would be. Nothing is started. Ends with 1 when it does not fit."
      })
  static final class Plan implements Callable<Integer> {
    private final Mycoswarm root;

    @Option(names = "--json", description = "Prints the API's own JSON.")
    private boolean json;

    @Parameters(paramLabel = "MODEL", description = "Name or digest of the model.")
    private String model = "";

    Plan(Mycoswarm root) {
      this.root = root;
    }

    @Override
    public Integer call() {
      PrintStream out = root.surroundings().out();
      try (BrokerClient client = root.client()) {
        JsonNode answer = client.get(path(model) + "/plan");
        PlanView plan = Wire.read(answer, PlanView.class);
        if (json) {
          out.println(Wire.pretty(answer));
        } else {
          PlanPage.print(out, plan);
        }
        return (plan.fits().equals(PlanView.NO) ? ExitCode.FAILURES : ExitCode.OK).code();
      }
    }
  }

  @Command(
      name = "rm",
      header = "Forgets a model.",
      description = "Forgets a model. Its files go when nothing else refers to them.")
  static final class Remove implements Callable<Integer> {
    private final Mycoswarm root;

    @Option(names = "--json", description = "Prints what it was as the API's own JSON.")
    private boolean json;

    @Parameters(paramLabel = "MODEL", description = "Name or digest of the model.")
    private String model = "";

    Remove(Mycoswarm root) {
      this.root = root;
    }

    @Override
    public Integer call() {
      PrintStream out = root.surroundings().out();
      try (BrokerClient client = root.client()) {
        JsonNode was = client.get(path(model));
        client.delete(path(model));
        out.println(
            json
                ? Wire.pretty(was)
                : "Model %s is forgotten."
                    .formatted(Table.printable(Wire.read(was, ModelView.class).name())));
      }
      return 0;
    }
  }
}
