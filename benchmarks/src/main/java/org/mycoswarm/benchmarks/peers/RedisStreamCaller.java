package org.mycoswarm.benchmarks.peers;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.benchmarks.load.Caller;
import org.mycoswarm.benchmarks.load.Prepared;

/// XADD; XREADGROUP and XACK.
final class RedisStreamCaller implements Caller {
  private static final String PARKED_MILLIS = "20000";

  private final RespConnection connection;
  private final String consumer;
  private final boolean ackWithNextRead;
  private final Prepared single;
  private final Prepared bulk;
  private List<byte[]> held = List.of();

  RedisStreamCaller(
      RespConnection connection,
      String consumer,
      boolean ackWithNextRead,
      Prepared single,
      Prepared bulk) {
    this.connection = connection;
    this.consumer = consumer;
    this.ackWithNextRead = ackWithNextRead;
    this.single = single;
    this.bulk = bulk;
  }

  @Override
  public void submit(int tasks) throws IOException {
    if (tasks == 1) {
      connection.call(single.next());
      return;
    }
    connection.send(bulk.next());
    for (int answers = tasks + 2; answers > 0; answers--) {
      connection.answer();
    }
  }

  @Override
  public int work(int batch) throws IOException {
    if (held.isEmpty() || !ackWithNextRead) {
      held = ids(connection.call(read(batch)));
    }
    int done = held.size();
    if (done > 0 && ackWithNextRead) {
      ByteArrayOutputStream both = new ByteArrayOutputStream();
      both.writeBytes(ack());
      both.writeBytes(read(batch));
      connection.send(both.toByteArray());
      connection.answer();
      held = ids(connection.answer());
    } else if (done > 0) {
      finish();
    }
    return done;
  }

  @Override
  public void take() throws IOException {
    held =
        ids(
            connection.call(
                RespConnection.command(
                    "XREADGROUP",
                    "GROUP",
                    RedisStreams.GROUP,
                    consumer,
                    "COUNT",
                    "1",
                    "BLOCK",
                    PARKED_MILLIS,
                    "STREAMS",
                    RedisStreams.STREAM,
                    ">")));
    if (held.isEmpty()) {
      throw new IOException("Expected a task within %s ms, but none came".formatted(PARKED_MILLIS));
    }
  }

  @Override
  public void finish() throws IOException {
    connection.call(ack());
    held = List.of();
  }

  @Override
  public void close() throws IOException {
    connection.close(); // what is not acknowledged goes when the stream is removed
  }

  private byte[] read(int count) {
    return RespConnection.command(
        "XREADGROUP",
        "GROUP",
        RedisStreams.GROUP,
        consumer,
        "COUNT",
        Integer.toString(count),
        "STREAMS",
        RedisStreams.STREAM,
        ">");
  }

  private byte[] ack() {
    byte[][] words = new byte[held.size() + 3][];
    words[0] = "XACK".getBytes(US_ASCII);
    words[1] = RedisStreams.STREAM.getBytes(US_ASCII);
    words[2] = RedisStreams.GROUP.getBytes(US_ASCII);
    for (int i = 0; i < held.size(); i++) {
      words[i + 3] = held.get(i);
    }
    return RespConnection.command(words);
  }

  /// An answer is a list of streams; each is its name and a list of entries; each is its id and its
  /// fields.
  private static List<byte[]> ids(@Nullable Object answer) {
    List<byte[]> ids = new ArrayList<>();
    if (answer instanceof List<?> streams
        && streams.getFirst() instanceof List<?> stream
        && stream.getLast() instanceof List<?> entries) {
      for (Object entry : entries) {
        if (entry instanceof List<?> parts && parts.getFirst() instanceof byte[] id) {
          ids.add(id);
        }
      }
    }
    return ids;
  }
}
