package org.mycoswarm.dist;

import java.time.Duration;
import java.util.Collections;
import java.util.Objects;
import java.util.function.Consumer;

/// A process of submitters and nodes that somebody else wrote. What it is promised it prints at
/// once, a line each, so that the book is there when the process is killed.
///
/// `java org.mycoswarm.dist.Hands URL NAME SUBMITTERS NODES SEED`
final class Hands {
  /// Short: an answer may be on its way for ever where a network drops what it likes.
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private Hands() {}

  public static void main(String[] args) throws InterruptedException {
    String token = Objects.requireNonNullElse(System.getenv("MYCOSWARM_TOKEN"), "");
    Api api = new Api(args[0], token, PATIENCE);
    String name = args[1];
    long seed = Long.parseLong(args[4]);
    Consumer<Promise> ledger = promise -> System.out.println(promise.line());
    for (int i = 0; i < Integer.parseInt(args[2]); i++) {
      Submitter.start(api, name + "-submitter" + i, Hands::body, Submitter.QUICKLY, ledger);
    }
    for (int i = 0; i < Integer.parseInt(args[3]); i++) {
      LightNode node = new LightNode(api, name + "-node" + i, seed + i, ledger);
      Thread.ofPlatform().name("node" + i).start(node::run);
    }
    Thread.currentThread().join(); // until it is killed
  }

  /// One to three tasks, by the key.
  private static String body(String key) {
    String task =
        """
        {"kind":"%s","payload":{},"leaseSeconds":%d,"maxAttempts":20}"""
            .formatted(LightNode.KIND, LightNode.LEASE_SECONDS);
    int tasks = 1 + Math.floorMod(key.hashCode(), 3);
    return """
        {"name":"%s","tasks":[%s]}"""
        .formatted(key, String.join(",", Collections.nCopies(tasks, task)));
  }
}
