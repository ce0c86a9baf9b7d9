package org.mycoswarm.benchmarks.peers;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import org.mycoswarm.benchmarks.load.Caller;
import org.mycoswarm.benchmarks.load.CallerContender;
import org.mycoswarm.benchmarks.load.Durability;
import org.mycoswarm.benchmarks.load.Payloads;
import org.mycoswarm.benchmarks.load.Prepared;
import org.mycoswarm.benchmarks.load.Row;

/// Redis streams with a consumer group. A request of 1,000 tasks is one transaction, as a job of
/// 1,000 tasks is.
public final class RedisStreams extends CallerContender {
  static final String STREAM = "tasks";
  static final String GROUP = "workers";

  private final RedisServer server;
  private final Durability durability;
  private final boolean ackWithNextRead;
  private final Prepared single = Prepared.of(256, RedisStreams::add);
  private final Prepared bulk = Prepared.of(8, i -> addAll(i * 500));

  private RedisStreams(RedisServer server, Durability durability, boolean ackWithNextRead)
      throws IOException {
    this.server = server;
    this.durability = durability;
    this.ackWithNextRead = ackWithNextRead;
    clear();
  }

  /// @param ackWithNextRead XACK goes with the next XREADGROUP in one round trip, as our broker's
  ///     call for work reports what is done
  public static RedisStreams start(Path folder, Durability durability, boolean ackWithNextRead)
      throws IOException, InterruptedException {
    return new RedisStreams(RedisServer.start(folder, durability), durability, ackWithNextRead);
  }

  @Override
  public String name() {
    String sync = durability == Durability.SYNCED ? "always" : "everysec";
    return "Redis streams, AOF " + sync + (ackWithNextRead ? ", XACK with next read" : "");
  }

  @Override
  public String version() throws IOException {
    return RedisServer.version();
  }

  @Override
  public Durability durability() {
    return durability;
  }

  /// How a worker acknowledges says nothing about submissions.
  @Override
  public boolean runs(Row row) {
    return !ackWithNextRead || row.takesWork();
  }

  @Override
  protected Caller open(int number) throws IOException {
    return new RedisStreamCaller(
        server.connect(),
        "worker-" + number,
        ackWithNextRead,
        single.from(16 * number),
        bulk.from(2 * number));
  }

  @Override
  public void clear() throws IOException {
    server.flush();
    try (RespConnection connection = server.connect()) {
      connection.call(RespConnection.command("XGROUP", "CREATE", STREAM, GROUP, "0", "MKSTREAM"));
    }
  }

  @Override
  public double serverCpuSeconds() throws IOException {
    return server.process().cpuSeconds();
  }

  @Override
  public void close() {
    server.close();
  }

  private static byte[] add(int number) {
    return RespConnection.command(
        bytes("XADD"), bytes(STREAM), bytes("*"), bytes("p"), Payloads.get(number));
  }

  private static byte[] addAll(int first) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.writeBytes(RespConnection.command("MULTI"));
    for (int i = 0; i < Row.BULK.batch(); i++) {
      all.writeBytes(add(first + i));
    }
    all.writeBytes(RespConnection.command("EXEC"));
    return all.toByteArray();
  }

  private static byte[] bytes(String word) {
    return word.getBytes(US_ASCII);
  }
}
