package org.mycoswarm.cli.output;

import java.io.PrintStream;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.cli.ExitCode;
import org.mycoswarm.cli.client.BulkAnswer;
import org.mycoswarm.schema.wire.BulkChunk;
import org.mycoswarm.schema.wire.BulkItem;
import org.mycoswarm.schema.wire.BulkSummary;
import org.mycoswarm.schema.wire.Problem;

/// What became of a bulk submission, and what a person does about the chunks that were not taken.
public final class BulkReport {
  private static final int CHUNKS_SHOWN = 10;

  private BulkReport() {}

  public static void print(PrintStream out, PrintStream err, BulkAnswer answer) {
    BulkSummary summary = answer.summary();
    List<BulkChunk> refused = answer.refused();
    int jobs = summary.chunks() - refused.size();
    out.printf(
        "%s in the queue, as %s%s.%n",
        Figures.count(summary.tasks(), "task"),
        Figures.count(jobs, "job"),
        summary.repeated() == 0
            ? ""
            : "; %s of these there before".formatted(Figures.number(summary.repeated())));
    out.printf("Jobs: ./mycoswarm jobs --batch %s%n", summary.batch());
    refused.stream().limit(CHUNKS_SHOWN).forEach(chunk -> print(err, chunk));
    if (!refused.isEmpty()) {
      err.printf(
          "Not taken: %s of %s. Mend what is said above in its place (empty a line rather than take it out) and leave all other lines where they are, then give the same command again with --key %s: only what is missing is submitted.%n",
          Figures.number(refused.size()),
          Figures.count(summary.chunks(), "chunk"),
          summary.batch());
    }
  }

  public static ExitCode exitCode(BulkAnswer answer) {
    return answer.refused().isEmpty() ? ExitCode.OK : ExitCode.FAILURES;
  }

  private static void print(PrintStream err, BulkChunk chunk) {
    err.printf(
        "Chunk %s (%s from line %s on) was not taken:%n",
        Figures.number(chunk.chunk()),
        Figures.count(chunk.lines(), "task"),
        Figures.number(chunk.firstLine()));
    if (chunk.items() == null) {
      print(err, chunk.problem());
    } else {
      chunk.items().stream().map(BulkItem::problem).forEach(problem -> print(err, problem));
    }
  }

  private static void print(PrintStream err, @Nullable Problem problem) {
    err.println("  " + Table.printable(problem == null ? "no reason given" : problem.detail()));
  }
}
