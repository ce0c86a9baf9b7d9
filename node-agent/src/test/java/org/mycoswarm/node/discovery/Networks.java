package org.mycoswarm.node.discovery;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// Two machines' worth of network on this one: two namespaces joined by a cable, each with a second
/// cable that leads nowhere, as a container bridge or a tunnel does. Needs root. Nothing in it
/// reaches this machine's own network.
final class Networks implements AutoCloseable {
  private final String here;
  private final String there;

  Networks() throws Exception {
    String unique = Long.toString(ProcessHandle.current().pid(), 36);
    this.here = "mn" + unique;
    this.there = "mb" + unique;
    ip("netns", "add", here);
    ip("netns", "add", there);
    ip("link", "add", "c0", "netns", here, "type", "veth", "peer", "name", "c0", "netns", there);
    side(here, "10.77.0.2/24", "172.17.0.1/16");
    side(there, "10.77.0.1/24", "172.18.0.1/16");
  }

  /// Whether this machine lets us make them.
  static boolean possible() throws Exception {
    return Files.isExecutable(Path.of("/usr/sbin/ip"))
        && "root".equals(System.getProperty("user.name"))
        && run(List.of("/usr/sbin/ip", "netns", "list")) == 0;
  }

  private static void side(String side, String address, String nowhere) throws Exception {
    ip(
        "link", "add", "docker0", "netns", side, "type", "veth", "peer", "name", "end", "netns",
        side);
    ip("-n", side, "addr", "add", nowhere, "dev", "docker0");
    ip("-n", side, "addr", "add", address, "dev", "c0");
    for (String device : List.of("lo", "docker0", "end", "c0")) {
      ip("-n", side, "link", "set", device, "up");
    }
    ip("-n", side, "route", "add", "224.0.0.0/4", "dev", "c0");
  }

  /// A Java of this class path in the namespace of the node.
  ProcessBuilder here(String main, String... arguments) {
    return java(here, main, arguments);
  }

  /// A Java of this class path in the namespace of the broker.
  ProcessBuilder there(String main, String... arguments) {
    return java(there, main, arguments);
  }

  private static ProcessBuilder java(String side, String main, String... arguments) {
    List<String> command = new ArrayList<>(List.of("/usr/sbin/ip", "netns", "exec", side));
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of("-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path")));
    command.add(main);
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command).redirectErrorStream(true);
  }

  private static void ip(String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of("/usr/sbin/ip"));
    command.addAll(List.of(arguments));
    if (run(command) != 0) {
      throw new IOException("Expected %s to work, but it did not".formatted(command));
    }
  }

  private static int run(List<String> command) throws Exception {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    if (!process.waitFor(10, TimeUnit.SECONDS)) {
      throw new IOException("Expected %s to end".formatted(command));
    }
    if (process.exitValue() != 0) {
      System.err.println(command + ": " + output.strip());
    }
    return process.exitValue();
  }

  @Override
  public void close() {
    try {
      ip("netns", "del", here);
      ip("netns", "del", there);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (Exception e) {
      throw new IllegalStateException("Expected to take the namespaces away", e);
    }
  }
}
