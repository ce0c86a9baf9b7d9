package org.mycoswarm.node.capability;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.BooleanSupplier;
import org.mycoswarm.node.generate.ChatServer;
import org.mycoswarm.node.generate.ChatServer.Offer;
import org.mycoswarm.node.generate.ChatServers;
import org.mycoswarm.node.generate.ChatServers.Served;
import org.mycoswarm.node.work.GenerateExecutor;
import org.mycoswarm.node.work.Unwanted;
import org.mycoswarm.schema.wire.CapabilityView;
import org.mycoswarm.schema.wire.ChatMessage;
import org.mycoswarm.schema.wire.Sampling;

/// The models of servers beside this node, each proved by a short real call. What was proved once
/// is looked up; a few are new at a time, because a server loads a model for its first call.
///
/// @param stopping asked while a server works, so that a node that ends does not wait for this
record GenerateProbe(ChatServers servers, RateBook book, BooleanSupplier stopping)
    implements Probe {
  private static final int NEW_MAX = 3;
  private static final Duration NEW_TIME = Duration.ofSeconds(90);
  private static final List<ChatMessage> QUESTION =
      List.of(new ChatMessage(ChatMessage.USER, "Count from one to five."));
  private static final Sampling SHORT = new Sampling(8, 0.0, null, null, null, null);

  @Override
  public String name() {
    return "generate";
  }

  @Override
  public Finding probe() throws InterruptedException {
    Course course = new Course();
    for (ChatServer server : servers.all()) {
      try {
        for (Offer offer : server.offers()) {
          course.look(server, offer);
        }
      } catch (IOException e) {
        course.missing.add(new Missing(server.kind(), String.valueOf(e.getMessage())));
      }
    }
    servers.prove(course.proved);
    return new Finding(Map.of(), course.capabilities, course.missing);
  }

  /// One look at all of them.
  private final class Course {
    final List<CapabilityView> capabilities = new ArrayList<>();
    final List<Missing> missing = new ArrayList<>();
    final Map<String, Served> proved = new LinkedHashMap<>();
    private final long begun = System.nanoTime();
    private int fresh;

    void look(ChatServer server, Offer offer) throws InterruptedException {
      if (proved.containsKey(offer.digest())) {
        return; // under another name, or at another server
      }
      String key = "%s %s %s".formatted(server.kind(), server.address(), offer.digest());
      OptionalDouble known = book.rate(key);
      if (known.isPresent()) {
        add(server, offer, known.getAsDouble());
        return;
      }
      if (fresh == NEW_MAX || late()) {
        missing.add(
            new Missing("generate with " + offer.name(), "It is tried at one of the next looks"));
        return;
      }
      fresh++;
      try {
        double rate = server.chat(offer.name(), QUESTION, SHORT, this::goOn).rate();
        book.write(key, Math.round(rate * 10) / 10.0);
        add(server, offer, Math.round(rate * 10) / 10.0);
      } catch (IOException | Unwanted e) {
        missing.add(new Missing("generate with " + offer.name(), String.valueOf(e.getMessage())));
      }
    }

    private void goOn() throws Unwanted {
      if (late()) {
        throw new Unwanted(
            "Expected an answer within %d s, but none came; it is tried again at the next look"
                .formatted(NEW_TIME.toSeconds()));
      }
    }

    private boolean late() {
      return stopping.getAsBoolean() || System.nanoTime() - begun > NEW_TIME.toNanos();
    }

    private void add(ChatServer server, Offer offer, double rate) {
      proved.put(offer.digest(), new Served(server, offer));
      capabilities.add(
          new CapabilityView(
              GenerateExecutor.KIND, offer.digest(), offer.name(), server.kind(), rate, "tokens"));
    }
  }
}
