package org.mycoswarm.cli.command;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.cli.CommandFailed;
import org.mycoswarm.cli.ExitCode;
import org.mycoswarm.cli.client.BrokerClient;
import org.mycoswarm.cli.client.Chat;
import org.mycoswarm.cli.client.StreamBroken;
import org.mycoswarm.cli.client.Wire;
import org.mycoswarm.cli.folder.Prompts;
import org.mycoswarm.cli.output.Progress;
import org.mycoswarm.cli.output.Table;
import org.mycoswarm.schema.wire.ChatMessage;
import org.mycoswarm.schema.wire.GenerateDetail;
import org.mycoswarm.schema.wire.GeneratePayload;
import org.mycoswarm.schema.wire.Sampling;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "generate",
    header = "Lets a model answer a prompt, or a file of them.",
    description = {
      "Lets a model answer a prompt, and prints the answer as it comes. The model runs on one node, or cut",
      "over several.",
      "",
      "With --file every line is a prompt: a JSON text, or an object with 'prompt' or 'messages', and a",
      "'label' if you like. They are tasks of a job, which outlives this command and the nodes; each answer",
      "is a line of JSON. A model that is cut over several nodes has no such tasks: it is asked one prompt",
      "after the other, as long as this command runs."
    },
    footer = {
      "%nExamples:",
      "  ./mycoswarm generate --model llama 'Why is the sky blue?'",
      "  cat letter.txt | ./mycoswarm generate --model llama --max-tokens 200 -",
      "  ./mycoswarm generate --model llama --file prompts.jsonl --out answers.jsonl"
    })
final class GenerateCommand implements Callable<Integer> {
  private final Mycoswarm root;

  @Option(
      names = "--model",
      required = true,
      paramLabel = "MODEL",
      description = "Name or digest of the model.")
  private String model = "";

  @Option(
      names = "--max-tokens",
      paramLabel = "N",
      description = "Tokens of an answer at most. Default: the broker's, 1024.")
  private @Nullable Integer tokensMax;

  @Option(
      names = "--temperature",
      paramLabel = "T",
      description = "0 always takes the likeliest token. Default: 1.")
  private @Nullable Double temperature;

  @Option(
      names = "--top-p",
      paramLabel = "P",
      description = "Only the likeliest tokens that make up this share. Default: 1.")
  private @Nullable Double topP;

  @Option(
      names = "--seed",
      paramLabel = "S",
      description = "The same seed gives the same answer, where the model's server can do that.")
  private @Nullable Long seed;

  @Option(
      names = "--stop",
      paramLabel = "TEXT",
      description = "Ends the answer, and is no part of it. May be repeated.")
  private @Nullable List<String> stop;

  @Option(
      names = "--stream",
      negatable = true,
      defaultValue = "true",
      fallbackValue = "true",
      description = "Prints the answer as it comes. This is the default.")
  private boolean stream;

  @Option(names = "--json", description = "Prints the API's own JSON, at the end.")
  private boolean json;

  @Option(names = "--file", paramLabel = "FILE", description = "A prompt a line.")
  private @Nullable Path file;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description =
          "With --file: where the answers go, whole or not at all. Default: standard output.")
  private @Nullable Path answers;

  @Option(
      names = "--key",
      paramLabel = "KEY",
      description =
          "With --file: a repeat with the same key gives the same jobs. Default: a new one each time.")
  private @Nullable String key;

  @Parameters(
      arity = "0..*",
      paramLabel = "PROMPT",
      description = "What the model is told; - reads it from standard input.")
  private List<String> words = List.of();

  GenerateCommand(Mycoswarm root) {
    this.root = root;
  }

  @Override
  public Integer call() throws IOException {
    Path prompts = file;
    if ((prompts == null) == words.isEmpty()) {
      throw new CommandFailed(
          ExitCode.USAGE,
          "Expected either a prompt or --file with many of them, but there is %s."
              .formatted(words.isEmpty() ? "neither" : "both"));
    }
    try (BrokerClient client = root.client()) {
      return (prompts == null ? one(client) : many(client, prompts)).code();
    }
  }

  private ExitCode one(BrokerClient client) throws IOException {
    PrintStream out = root.surroundings().out();
    Chat chat = new Chat(client);
    Chat.Wishes wishes = new Chat.Wishes(tokensMax, temperature, topP, seed, stop);
    List<ChatMessage> prompt = Chat.said(prompt());
    if (json || !stream) {
      JsonNode answer = chat.ask(model, prompt, wishes);
      out.println(json ? Wire.pretty(answer) : Table.printableLines(Chat.text(answer)));
      end(Chat.finish(answer));
      return ExitCode.OK;
    }
    try {
      String finish = chat.stream(model, prompt, wishes, piece -> print(out, piece));
      out.println();
      end(finish);
    } catch (StreamBroken e) {
      out.println();
      throw e;
    }
    return ExitCode.OK;
  }

  private static void print(PrintStream out, String piece) {
    out.print(Table.printableLines(piece));
    if (out.checkError()) { // which flushes, too
      throw new CommandFailed(ExitCode.OK, "The reader has seen enough.");
    }
  }

  private void end(String finish) {
    if (finish.equals(GenerateDetail.LENGTH)) {
      root.surroundings()
          .err()
          .println("The answer ends where it may not be longer; --max-tokens says how long.");
    }
  }

  private String prompt() throws IOException {
    String prompt = String.join(" ", words);
    return prompt.equals("-")
        ? new String(root.surroundings().in().readAllBytes(), UTF_8).strip()
        : prompt;
  }

  private ExitCode many(BrokerClient client, Path prompts) throws IOException {
    List<Prompts.Prompt> all = Prompts.of(prompts);
    Sampling sampling =
        new Sampling(
            tokensMax == null ? GeneratePayload.TOKENS_USUAL : tokensMax,
            temperature,
            topP,
            null,
            seed,
            stop);
    try (Progress progress = root.progress()) {
      GenerateJob job = new GenerateJob(client, progress);
      String known = key == null ? UUID.randomUUID().toString() : key;
      if (answers == null) {
        try (OutputStream out = StandardOutput.of(root.surroundings())) {
          return code(job.run(model, all, sampling, known, out));
        }
      }
      Path part = answers.resolveSibling(answers.getFileName() + ".part");
      int unanswered;
      try (OutputStream out = open(part)) {
        unanswered = job.run(model, all, sampling, known, out);
      }
      Files.move(part, answers, StandardCopyOption.REPLACE_EXISTING);
      return code(unanswered);
    }
  }

  private static OutputStream open(Path part) {
    try {
      return new BufferedOutputStream(Files.newOutputStream(part));
    } catch (IOException e) {
      throw new CommandFailed(
          ExitCode.USAGE,
          "Expected to write '%s', but that failed (%s). Nothing was submitted; name another file."
              .formatted(part, e.toString()));
    }
  }

  private static ExitCode code(int unanswered) {
    return unanswered == 0 ? ExitCode.OK : ExitCode.FAILURES;
  }
}
