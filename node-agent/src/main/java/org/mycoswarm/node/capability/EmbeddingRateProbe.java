package org.mycoswarm.node.capability;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.mycoswarm.inference.Embedder;
import org.mycoswarm.inference.Model;
import org.mycoswarm.inference.ModelFailure;
import org.mycoswarm.inference.OnnxRuntime;
import org.mycoswarm.node.ModelShelf;
import org.mycoswarm.node.work.EmbedExecutor;
import org.mycoswarm.schema.wire.CapabilityView;

/// Proves by a short real run that this node can embed, and how many tokens a second all its
/// workers do together. What was measured once for a model and device is looked up.
///
/// @param stopping asked between texts, so that a node that ends does not wait for this
record EmbeddingRateProbe(ModelShelf shelf, RateBook book, int workers, BooleanSupplier stopping)
    implements Probe {
  /// Long enough to get past the first runs, which are slower.
  private static final long MEASURE_NANOS = 700_000_000;

  private static final int WARM_UP_TEXTS = 2;

  private static final String TEXT =
      "The mycelium of a fungus is a network of fine threads that joins the trees of a forest. "
          + "Through it they pass on water, sugar and warnings, and no tree is in charge of it.";

  @Override
  public String name() {
    return "embedding";
  }

  @Override
  public Finding probe() throws InterruptedException {
    List<CapabilityView> capabilities = new ArrayList<>();
    List<Missing> missing = new ArrayList<>();
    for (Model model : shelf.models().models()) {
      try {
        capabilities.add(measured(model));
      } catch (ModelFailure e) {
        missing.add(new Missing("embed with " + model.name(), String.valueOf(e.getMessage())));
      }
    }
    if (!capabilities.isEmpty()) {
      missing.addAll(whyNoGpu());
    }
    return new Finding(Map.of(), capabilities, missing);
  }

  private List<Missing> whyNoGpu() {
    var device = shelf.runtime().device();
    return device.name().equals("cpu") ? List.of(new Missing("cuda", device.reason())) : List.of();
  }

  private CapabilityView measured(Model model) throws InterruptedException {
    OnnxRuntime runtime = shelf.runtime();
    String device = runtime.device().name();
    String key = "%s %s %d workers".formatted(model.digest(), device, workers);
    OptionalDouble known = book.rate(key);
    double rate = known.isPresent() ? known.getAsDouble() : measure(runtime, model);
    if (known.isEmpty() && !stopping.getAsBoolean()) {
      book.write(key, rate);
    }
    return new CapabilityView(
        EmbedExecutor.KIND, model.digest(), model.name(), device, rate, "tokens");
  }

  private double measure(OnnxRuntime runtime, Model model) throws InterruptedException {
    AtomicLong tokens = new AtomicLong();
    AtomicLong nanos = new AtomicLong();
    AtomicReference<ModelFailure> failure = new AtomicReference<>();
    List<Thread> runs = new ArrayList<>();
    for (int i = 0; i < workers; i++) {
      runs.add(
          Thread.ofPlatform()
              .daemon()
              .name("measure-" + i)
              .start(() -> run(runtime, model, tokens, nanos, failure)));
    }
    for (Thread run : runs) {
      run.join();
    }
    if (failure.get() != null) {
      throw failure.get();
    }
    // Each run has its own clock, because they do not start together.
    double seconds = nanos.get() / 1e9 / workers;
    return seconds == 0 ? 0 : Math.round(tokens.get() / seconds * 10) / 10.0;
  }

  private void run(
      OnnxRuntime runtime,
      Model model,
      AtomicLong tokens,
      AtomicLong nanos,
      AtomicReference<ModelFailure> failure) {
    try (Embedder embedder = runtime.embedder(model)) {
      int length = embedder.tokens(TEXT);
      for (int i = 0; i < WARM_UP_TEXTS && !stopping.getAsBoolean(); i++) {
        embedder.embed(TEXT);
      }
      long start = System.nanoTime();
      while (System.nanoTime() - start < MEASURE_NANOS && !stopping.getAsBoolean()) {
        embedder.embed(TEXT);
        tokens.addAndGet(length);
      }
      nanos.addAndGet(System.nanoTime() - start);
    } catch (ModelFailure e) {
      failure.set(e);
    }
  }
}
