package org.mycoswarm.broker.pipelines;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.queue.domain.BlobHash;
import org.mycoswarm.queue.domain.JobId;
import org.mycoswarm.queue.domain.NodeId;
import org.mycoswarm.schema.wire.StageManifest;
import org.mycoswarm.schema.wire.StagePayload;

/// Nodes that lease a stage as soon as it is offered to them, connect and answer; each can be told
/// to die at a certain step. Queue and network are left out. Thread-safe.
final class StandInSwarm implements StageJobs, AutoCloseable {
  /// @param stage in which a node dies, once, and at which of its steps
  record Doom(int stage, long position, StandInStage.Death death) {}

  /// What comes of a stage instead of its answer.
  interface Disturbance {
    /// @return null for silence
    @Nullable ByteBuffer instead(int stage, ByteBuffer answer) throws IOException;
  }

  /// One node that holds a stage.
  private final class Holder implements StageWire {
    final JobId job;
    final StandInStage stage;
    final int number;
    final NodeId node;
    final ExecutorService thread = Executors.newSingleThreadExecutor();
    final CompletableFuture<StageConnection> connection = new CompletableFuture<>();
    volatile boolean dead;

    Holder(JobId job, StagePayload payload, NodeId node) {
      this.job = job;
      this.number = payload.stage();
      this.node = node;
      this.stage = new StandInStage(payload.stage(), payload.stages(), payload.epoch());
    }

    @Override
    public void send(ByteBuffer frame) throws IOException {
      if (dead) {
        throw new IOException("the node is dead");
      }
      thread.execute(() -> work(frame));
    }

    private void work(ByteBuffer frame) {
      StageConnection mine = connection.join();
      if (dead) {
        return;
      }
      try {
        int before = stage.stepped.size();
        if (isDoomed(StandInStage.Death.BEFORE, before, stage)) {
          die(mine);
          return;
        }
        ByteBuffer answer = stage.answer(frame);
        boolean stepped = stage.stepped.size() > before;
        if (stepped && isDoomed(StandInStage.Death.DURING, before, stage)) {
          die(mine);
          return;
        }
        ByteBuffer said = disturbance.instead(number, answer);
        if (said != null) {
          mine.received(said);
        }
        if (stepped && isDoomed(StandInStage.Death.AFTER, before, stage)) {
          die(mine);
        }
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
    }

    private boolean isDoomed(StandInStage.Death death, int steps, StandInStage at) {
      Doom one = doom;
      if (one == null || one.stage() != number || one.death() != death || one.position() != steps) {
        return false;
      }
      assert at == stage;
      doom = null;
      return true;
    }

    void die(StageConnection mine) {
      dead = true;
      gone.add(node);
      mine.lost();
    }

    @Override
    public void close(String reason) {
      dead = true;
    }
  }

  /// Twenty times as fast as the wall's, so that nobody waits long for who does not come back.
  static final InstantSource CLOCK =
      () -> Instant.EPOCH.plus(Duration.ofNanos(System.nanoTime()).multipliedBy(20));

  private final Map<JobId, Holder> holders = new ConcurrentHashMap<>();
  private final Set<NodeId> gone = ConcurrentHashMap.newKeySet();
  private final Set<NodeId> draining = ConcurrentHashMap.newKeySet();
  private final List<NodeId> nodes = new ArrayList<>();
  private final ExecutorService connecting = Executors.newCachedThreadPool();
  private volatile @Nullable Doom doom;
  private volatile Disturbance disturbance = (_, answer) -> answer;
  private volatile CountDownLatch disk = new CountDownLatch(0);
  private volatile @Nullable Pipeline pipeline;
  private int offers;

  StandInSwarm(int nodes) {
    for (int i = 0; i < nodes; i++) {
      this.nodes.add(new NodeId("node-" + i));
    }
  }

  /// A pipeline of so many stages over the nodes.
  Pipeline pipeline(int stages) {
    return pipeline(stages, new KeptBytes(1 << 20));
  }

  /// @param kept by its sessions, and perhaps others
  Pipeline pipeline(int stages, KeptBytes kept) {
    List<StagePlan> plans = new ArrayList<>();
    for (int k = 0; k < stages; k++) {
      plans.add(plan(k, stages));
    }
    Pipeline made = new Pipeline("p1", "stand-in", plans, this, this::all, kept, CLOCK);
    pipeline = made;
    made.start();
    return made;
  }

  private StagePlan plan(int k, int stages) {
    StageManifest manifest =
        new StageManifest(
            "sha256:0",
            "stand-in",
            "00".repeat(32),
            List.of(),
            k == 0 ? List.of() : List.of("h" + (k - 1)),
            List.of("h" + k),
            Map.of(),
            k == 0,
            k == stages - 1,
            false,
            1 << 20,
            500,
            StageManifest.EXACT,
            List.of(),
            "plain");
    return new StagePlan(manifest, new BlobHash("11".repeat(32)), 1 << 20, nodes.get(k));
  }

  void doom(Doom next) {
    doom = next;
  }

  void disturb(Disturbance next) {
    disturbance = next;
  }

  /// From now on nothing comes to disk before this happens.
  void stall(CountDownLatch until) {
    disk = until;
  }

  void drain(NodeId node) {
    draining.add(node);
  }

  NodeId node(int number) {
    return nodes.get(number);
  }

  private List<Offer> all() {
    return nodes.stream()
        .map(
            node ->
                new Offer(
                    node,
                    node.value(),
                    100,
                    1,
                    CLOCK.instant(),
                    !gone.contains(node) && !draining.contains(node)))
        .toList();
  }

  @Override
  public JobId fresh() {
    return new JobId("job" + offers++);
  }

  @Override
  public void offer(
      JobId job,
      NodeId node,
      String name,
      StagePayload payload,
      List<BlobHash> blobs,
      long mebibytes,
      BiConsumer<JobId, String> onEnd) {
    try {
      disk.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    Holder holder = new Holder(job, payload, node);
    holders.put(job, holder);
    connecting.execute(() -> connect(holder));
  }

  private void connect(Holder holder) {
    Pipeline mine = pipeline;
    while (mine == null) {
      Thread.onSpinWait();
      mine = pipeline;
    }
    StageConnection made = mine.connect(holder.number, holder.job.value(), holder);
    if (made != null) {
      holder.connection.complete(made);
    }
  }

  boolean knows(String job) {
    return holders.containsKey(new JobId(job));
  }

  @Override
  public void withdraw(JobId job) {
    Holder holder = holders.get(job);
    if (holder != null) {
      holder.dead = true;
    }
  }

  @Override
  public @Nullable JobId heldBy(String lease) {
    JobId job = new JobId(lease);
    Holder holder = holders.get(job);
    return holder == null || holder.dead ? null : job;
  }

  @Override
  public void close() {
    Pipeline mine = pipeline;
    if (mine != null) {
      mine.close();
    }
    connecting.shutdownNow();
    holders.values().forEach(holder -> holder.thread.shutdownNow());
  }
}
