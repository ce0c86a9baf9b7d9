package org.mycoswarm.broker.chat;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.mycoswarm.broker.embedding.UrgentJobs;
import org.mycoswarm.broker.projection.NodeTables;
import org.mycoswarm.queue.domain.Requirement;
import org.mycoswarm.queue.domain.RetryPolicy;
import org.mycoswarm.queue.domain.TaskResult;
import org.mycoswarm.queue.domain.TaskSpec;
import org.mycoswarm.queue.engine.MailboxFull;
import org.mycoswarm.queue.log.BlobStore;
import org.mycoswarm.schema.wire.CapabilityView;
import org.mycoswarm.schema.wire.GenerateDetail;
import org.mycoswarm.schema.wire.GeneratePayload;
import org.mycoswarm.schema.wire.NodeView;
import org.mycoswarm.schema.wire.Page;
import org.mycoswarm.schema.wire.Sampling;

/// The models that nodes have whole, on servers of their own such as Ollama. An answer is one
/// `generate` task, and comes in one piece when that has ended. Thread-safe; asks the tables.
public final class NodeChatModels implements ChatModels {
  private static final int PAGE = 500;
  private static final String USUAL_TAG = ":latest";

  /// Somebody waits: a node that died must be found out soon, and a failure tried again at once.
  private static final Duration LEASE = Duration.ofSeconds(10);

  private static final RetryPolicy RETRY =
      new RetryPolicy(3, Duration.ofMillis(50), Duration.ofMillis(500));

  private final NodeTables nodes;
  private final UrgentJobs jobs;
  private final BlobStore blobs;

  public NodeChatModels(NodeTables nodes, UrgentJobs jobs, BlobStore blobs) {
    this.nodes = nodes;
    this.jobs = jobs;
    this.blobs = blobs;
  }

  /// Ollama's `NAME` means `NAME:latest` here too.
  @Override
  public Optional<ChatModel> find(String model) {
    List<ChatModel> all = all();
    return all.stream()
        .filter(one -> one.name().equals(model) || one.digest().equals(model))
        .findFirst()
        .or(() -> all.stream().filter(one -> one.name().equals(model + USUAL_TAG)).findFirst());
  }

  /// The fastest first.
  @Override
  public List<ChatModel> all() {
    List<CapabilityView> offers =
        online().stream()
            .flatMap(node -> node.capabilities().stream())
            .filter(offer -> offer.kind().equals(GeneratePayload.KIND) && offer.model() != null)
            .sorted(Comparator.comparingDouble(CapabilityView::rate).reversed())
            .toList();
    Map<String, ChatModel> byDigest = new LinkedHashMap<>();
    for (CapabilityView offer : offers) {
      String digest = String.valueOf(offer.model());
      String name = offer.modelName() == null ? digest : offer.modelName();
      byDigest.putIfAbsent(digest, new OnNodes(name, digest));
    }
    return List.copyOf(byDigest.values());
  }

  private List<NodeView> online() {
    List<NodeView> all = new ArrayList<>();
    String cursor = null;
    do {
      Page<NodeView> page = nodes.nodes(PAGE, cursor);
      page.items().stream()
          .filter(node -> node.state().equals("online") && node.mode().equals("active"))
          .forEach(all::add);
      cursor = page.next();
    } while (cursor != null);
    return all;
  }

  private final class OnNodes implements ChatModel {
    private final String name;
    private final String digest;

    OnNodes(String name, String digest) {
      this.name = name;
      this.digest = digest;
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public String digest() {
      return digest;
    }

    @Override
    public void chat(ChatRequest request, ChatSink sink) throws IOException, InterruptedException {
      requireOffer();
      GeneratePayload payload =
          GeneratePayload.ofMessages(digest, request.messages(), usual(request.sampling()));
      TaskSpec task = GenerateTasks.of(payload, RETRY, LEASE);
      GenerateDetail detail =
          switch (jobs.run(List.of(task), request.priority(), request.within())) {
            case UrgentJobs.Done(var ended) -> {
              TaskResult result = ended.results().get(0);
              if (result == null) {
                throw failed(ended.buried().getOrDefault(0, "the job is " + ended.state()));
              }
              yield GenerateTasks.detail(result.detail());
            }
            case UrgentJobs.Refused(String reason) ->
                throw new NoAnswer(NoAnswer.Cause.OVERLOADED, reason);
            case UrgentJobs.Late() -> throw late(request.within());
          };
      String text = GenerateTasks.text(detail, blobs);
      if (!text.isEmpty()) {
        sink.piece(text);
      }
      sink.end(detail.finish(), detail.promptTokens(), detail.completionTokens());
    }

    private static Sampling usual(Sampling sampling) {
      return sampling.tokensMax() > 0
          ? sampling
          : new Sampling(
              GeneratePayload.TOKENS_USUAL,
              sampling.temperature(),
              sampling.topP(),
              sampling.topK(),
              sampling.seed(),
              sampling.stop());
    }

    private void requireOffer() {
      try {
        if (!jobs.isOffered(new Requirement(GeneratePayload.KIND, digest))) {
          throw new NoAnswer(
              NoAnswer.Cause.NO_NODE,
              "Expected a node that offers to generate with the model '%s', but none does now. Start a node beside an Ollama or llama.cpp server that has it, or wait until one is back"
                  .formatted(name));
        }
      } catch (MailboxFull e) {
        throw new NoAnswer(NoAnswer.Cause.OVERLOADED, String.valueOf(e.getMessage()));
      }
    }

    private NoAnswer failed(String reason) {
      return new NoAnswer(
          NoAnswer.Cause.FAILED,
          "Expected an answer of the model '%s', but the nodes failed: %s".formatted(name, reason));
    }

    private NoAnswer late(Duration wait) {
      return new NoAnswer(
          NoAnswer.Cause.BUSY,
          "Expected an answer of the model '%s' within %.0f s, but every node that offers it is busy, slow or silent. Ask again, ask for fewer tokens, or add a node"
              .formatted(name, wait.toMillis() / 1e3));
    }
  }
}
