package org.mycoswarm.benchmarks.peers;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.mycoswarm.benchmarks.load.Caller;
import org.mycoswarm.benchmarks.load.CallerContender;
import org.mycoswarm.benchmarks.load.Durability;
import org.mycoswarm.benchmarks.load.Folders;
import org.mycoswarm.benchmarks.load.Payloads;
import org.mycoswarm.benchmarks.load.Prepared;
import org.mycoswarm.benchmarks.load.Row;
import org.mycoswarm.benchmarks.load.ServerProcess;

/// beanstalkd with its binlog: synced at every write (`-f 0`), or at most every 50 ms (its
/// default). It has no batches; many commands are sent at once instead.
public final class Beanstalkd extends CallerContender {
  private final Path folder;
  private final Durability durability;
  private final Prepared single = Prepared.of(256, Beanstalkd::put);
  private final Prepared bulk = Prepared.of(8, i -> putAll(i * 500));
  private int starts;
  private Path binlog;
  private int port;
  private double cpuOfEnded;
  private ServerProcess process;

  private Beanstalkd(Path folder, Durability durability) throws IOException, InterruptedException {
    this.folder = folder;
    this.durability = durability;
    this.binlog = folder.resolve("binlog-0");
    this.process = startServer();
  }

  public static Beanstalkd start(Path folder, Durability durability)
      throws IOException, InterruptedException {
    return new Beanstalkd(folder, durability);
  }

  @Override
  public String name() {
    return durability == Durability.SYNCED ? "beanstalkd -f 0" : "beanstalkd, default -f 50";
  }

  @Override
  public String version() throws IOException {
    return Installed.output("beanstalkd", "-v");
  }

  @Override
  public Durability durability() {
    return durability;
  }

  @Override
  protected Caller open(int number) throws IOException {
    return new BeanstalkCaller(port, single.from(16 * number), bulk.from(2 * number));
  }

  /// It has no command for this, so it starts again, in a new folder in place of the old one.
  @Override
  public void clear() throws IOException, InterruptedException {
    cpuOfEnded += process.cpuSeconds();
    process.close();
    Folders.delete(binlog);
    process = startServer();
  }

  @Override
  public double serverCpuSeconds() throws IOException {
    return cpuOfEnded + process.cpuSeconds();
  }

  @Override
  public void close() {
    process.close();
  }

  private ServerProcess startServer() throws IOException, InterruptedException {
    binlog = Files.createDirectories(folder.resolve("binlog-" + starts++));
    port = ServerProcess.freePort();
    List<String> command = new ArrayList<>();
    command.addAll(List.of("beanstalkd", "-l", "127.0.0.1", "-p", Integer.toString(port)));
    command.addAll(List.of("-b", binlog.toString()));
    if (durability == Durability.SYNCED) {
      command.addAll(List.of("-f", "0"));
    }
    ServerProcess started = ServerProcess.start(command, folder.resolve("server.log"));
    started.awaitPort(port);
    return started;
  }

  private static byte[] put(int number) {
    ByteArrayOutputStream command = new ByteArrayOutputStream();
    command.writeBytes(("put 0 0 120 " + Payloads.BYTES + "\r\n").getBytes(US_ASCII));
    command.writeBytes(Payloads.get(number));
    command.writeBytes("\r\n".getBytes(US_ASCII));
    return command.toByteArray();
  }

  private static byte[] putAll(int first) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (int i = 0; i < Row.BULK.batch(); i++) {
      all.writeBytes(put(first + i));
    }
    return all.toByteArray();
  }
}
