package org.mycoswarm.benchmarks;

import static java.util.stream.Collectors.joining;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.mycoswarm.benchmarks.load.Durability;
import org.mycoswarm.benchmarks.load.Entry;
import org.mycoswarm.benchmarks.load.Figure;
import org.mycoswarm.benchmarks.load.Row;

/// Writes the document. What people wrote below [#BY_HAND] stays.
record Report(Results results, Options options) {
  static final String BY_HAND =
      "<!-- Below this line is written by hand; the benchmark writes everything above it. -->";

  private static final String HEAD =
      """
      # Performance

      Our broker and other queues, side by side in one run of `make bench-peers`, which wrote this page. Every figure is the
      median over the rounds, with the least and the most. Absolute figures are this machine's; the ratios say more.

      """;

  void write(Path document) throws IOException {
    String byHand = "";
    if (Files.exists(document)) {
      String before = Files.readString(document);
      int at = before.indexOf(BY_HAND);
      byHand = at < 0 ? "" : before.substring(at + BY_HAND.length());
    }
    Files.writeString(document, text() + BY_HAND + (byHand.isEmpty() ? "\n" : byHand));
  }

  String text() {
    StringBuilder text = new StringBuilder(HEAD);
    text.append(facts());
    if (!results.entries().isEmpty()) {
      text.append(
          "![Rates of every queue that syncs before it answers](images/performance.svg)\n\n");
      text.append("## Against the best peer that promises the same\n\n").append(verdicts());
    }
    text.append("## Ours alone\n\n").append(figures());
    for (Durability durability : Durability.values()) {
      String everyone = everyone(durability);
      if (!everyone.isEmpty()) {
        text.append("## Everyone: ").append(durability.words()).append("\n\n").append(everyone);
      }
    }
    return text.append(method()).toString();
  }

  /// How it was measured, for who wants to repeat or to doubt it.
  private String method() {
    return """
      ## How it is measured

      - **In turn**: A, B, C, then again, %d rounds of %d s after one that warms up and is not counted (%d s for programs that
        are compiled while they run: ours, db-scheduler, BullMQ). All servers run all the time; those that are not
        called have nothing to do.
      - **Two classes of durability**, never compared with each other: synced to disk before the answer; or up to 1 s of
        answered work lost in a power cut. Ours has only the first.
      - **1 KiB payloads** of random letters, which no codec can squeeze; loopback; client and servers on the same cores.
      - **The clients are as lean as they can be**, because they share the cores with the servers. Ours is a plain socket with one
        kept-alive HTTP/1.1 connection for each caller and requests formatted beforehand, against the public interface
        (`POST /api/v1/jobs`, `POST /api/v1/nodes/{node}/work`). Redis and beanstalkd get the same over their own protocols,
        PostgreSQL gets JDBC with prepared statements and COPY, db-scheduler and BullMQ their own libraries.
      - **One call, one answer**: no caller sends a second request before it has the first one's answer. Where a request carries
        1,000 tasks it is one transaction (Redis MULTI, COPY, addBulk, a job of ours); beanstalkd has none and gets its
        commands in one write. Workers of ours report and lease in one call, so Redis and PostgreSQL are also measured
        that way ("with next").
      - **Peers are set up in their favour**: Redis takes no snapshots and shortens its file only between rounds; PostgreSQL has
        256 MB of buffers; in the last row db-scheduler's submitter and worker are one process.
      - **Row 7** is two brokers in turn that had the same calls from the start on: both took all the tasks, one gave them up
        again. A round puts back what it takes, and ends after 8,000 tasks for each second it may last (30,000 in batches).
      - **How late** a task comes counts from the call that set the time on, to a worker that waits for it on one connection.
      - **CPU** is the server process and its children, user and system, from the first call until it is calm again (tables,
        vacuum), for each task. Work that db-scheduler and BullMQ do in the client is not in it.
      - **p50, p99** are of one call, whatever it carries. db-scheduler and BullMQ take work by themselves: no calls to time.

      """
        .formatted(options.rounds(), options.seconds(), options.warmSeconds());
  }

  private String facts() {
    String rows =
        results.facts().stream()
            .map(fact -> "| %s | %s |\n".formatted(fact.name(), fact.value()))
            .collect(joining());
    String missing =
        results.missing().isEmpty()
            ? ""
            : "Not installed and not measured: " + String.join(", ", results.missing()) + ".\n\n";
    return "| | |\n| --- | --- |\n" + rows + "\n" + missing;
  }

  private String verdicts() {
    StringBuilder rows = new StringBuilder();
    for (Row row : Row.values()) {
      Optional<Entry> ours = results.ours(row);
      Optional<Entry> peer = results.bestPeer(row);
      if (ours.isPresent() && peer.isPresent()) {
        rows.append(verdict(row, ours.get(), peer.get()));
      }
    }
    return "| # | workload | ours | best peer | ours / peer | asked for | reached |\n"
        + "| --- | --- | --- | --- | --- | --- | --- |\n"
        + rows
        + "\n";
  }

  private static String verdict(Row row, Entry ours, Entry peer) {
    Goal goal = Goal.of(row);
    return "| %d | %s | %s %s, p99 %s ms | %s %s (%s) | %.2fx | %s | %s |\n"
        .formatted(
            row.number(),
            row.title(),
            Numbers.of(ours.figure().median()),
            row.unit(),
            Numbers.of(ours.p99().median()),
            Numbers.of(peer.figure().median()),
            row.unit(),
            peer.contender(),
            ours.times(peer),
            goal.words(),
            goal.reached(ours, peer) ? "yes" : "**no**");
  }

  private String figures() {
    if (results.figures().isEmpty()) {
      return "Not measured in this run.\n\n";
    }
    return "| # | workload | median | spread | asked for |\n| --- | --- | --- | --- | --- |\n"
        + results.figures().stream().map(Report::figure).collect(joining())
        + "\n";
  }

  private static String figure(Figure figure) {
    return "| %s | %s | %s %s | %s | %s |\n"
        .formatted(
            figure.row() == 0 ? "" : figure.row(),
            figure.name(),
            Numbers.of(figure.value().median()),
            figure.unit(),
            Numbers.range(figure.value()),
            figure.goal());
  }

  private String everyone(Durability durability) {
    StringBuilder text = new StringBuilder();
    for (Row row : Row.values()) {
      List<Entry> entries = results.of(row, durability);
      if (!entries.isEmpty()) {
        text.append("**%d. %s**\n\n".formatted(row.number(), row.title()));
        text.append(
            "| queue | %s | spread | p50 ms | p99 ms | server CPU µs/task |\n"
                .formatted(row.unit()));
        text.append("| --- | --- | --- | --- | --- | --- |\n");
        entries.forEach(entry -> text.append(line(entry)));
        text.append('\n');
      }
    }
    return text.toString();
  }

  private static String line(Entry entry) {
    String name = Results.isOurs(entry) ? "**" + entry.contender() + "**" : entry.contender();
    return "| %s | %s | %s | %s | %s | %s |\n"
        .formatted(
            name,
            Numbers.of(entry.figure().median()),
            Numbers.range(entry.figure()),
            Numbers.of(entry.p50().median()),
            Numbers.of(entry.p99().median()),
            Numbers.of(entry.cpuMicros().median()));
  }
}
