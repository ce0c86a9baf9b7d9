package org.mycoswarm.inference.shard;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxTensorLike;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.inference.Device;
import org.mycoswarm.inference.OnnxRuntime;
import org.mycoswarm.sharding.frame.ElementType;
import org.mycoswarm.sharding.frame.Tensor;

/// One loaded stage of a model, with the caches of the sessions that pass through it. A whole model
/// is a stage too.
///
/// What follows from the tokens and their position (mask, positions) a stage makes itself; only
/// what an earlier stage computed is handed in. Any thread may call; one computes at a time.
public final class StageRunner implements AutoCloseable {
  /// Whoever ended a session may not have been able to say so. One that is taken away too early is
  /// opened anew and replayed.
  private static final Duration UNTOUCHED_MAX = Duration.ofMinutes(5);

  private final OrtEnvironment environment;
  private final StageSpec spec;
  private final StageWeights weights;
  private final OrtSession session;
  private final StagePorts ports;
  private final InstantSource clock;
  private final long bytesPerToken;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<String, StageSession> sessions = new HashMap<>();
  private boolean closed;

  private StageRunner(
      OrtEnvironment environment,
      StageSpec spec,
      StageWeights weights,
      OrtSession session,
      InstantSource clock)
      throws OrtException {
    this.environment = environment;
    this.spec = spec;
    this.weights = weights;
    this.session = session;
    this.clock = clock;
    this.ports = StagePorts.of(session);
    this.bytesPerToken = ports.cacheBytesPerToken();
  }

  /// Loads a stage.
  ///
  /// @throws StageRefused with [StageRefused#MODEL] when it does not load, in a sentence
  public static StageRunner open(OnnxRuntime runtime, StageSpec spec) throws StageRefused {
    return open(runtime, spec, InstantSource.system());
  }

  /// @param clock that tells which sessions were left
  static StageRunner open(OnnxRuntime runtime, StageSpec spec, InstantSource clock)
      throws StageRefused {
    StageWeights weights = null;
    try (OrtSession.SessionOptions options = runtime.options(spec.threads())) {
      weights = StageWeights.map(runtime.environment(), spec.weights());
      // A stage waits for others most of the time; threads that spin would take their cores.
      options.addConfigEntry("session.intra_op.allow_spinning", "0");
      hand(weights.tensors(), options, runtime.device().name().equals(Device.CPU));
      OrtSession session = runtime.environment().createSession(spec.graph().toString(), options);
      return new StageRunner(runtime.environment(), spec, weights, session, clock);
    } catch (OrtException | RuntimeException e) {
      if (weights != null) {
        weights.close();
      }
      throw new StageRefused(
          StageRefused.MODEL,
          "Expected ONNX Runtime to load the graph '%s', but: %s; the stage is not loaded"
              .formatted(spec.graph().getFileName(), e.getMessage()),
          e);
    }
  }

  /// The optimizer has to see the weights, and the session is to compute with them where they are
  /// mapped: told of them in one way only, or allowed to pack them anew, it keeps a second copy in
  /// memory. Packing would make long prompts a fifth faster, and single tokens not at all.
  private static void hand(
      Map<String, OnnxTensorLike> weights, OrtSession.SessionOptions options, boolean mapped)
      throws OrtException {
    if (weights.isEmpty()) {
      return;
    }
    options.addExternalInitializers(weights);
    if (mapped) {
      options.addConfigEntry("session.disable_prepacking", "1");
      for (Map.Entry<String, OnnxTensorLike> weight : weights.entrySet()) {
        options.addInitializer(weight.getKey(), weight.getValue());
      }
    }
  }

  /// What an earlier stage has to hand in, by name; nothing for the first stage.
  public List<String> inputs() {
    return ports.crossing();
  }

  /// Of what type an input has to be.
  ///
  /// @return null when there is none of this name
  public @Nullable ElementType inputType(String name) {
    TensorInfo input = ports.inputs().get(name);
    return input == null ? null : StageTensors.type(input);
  }

  /// What leaves, by name.
  public List<String> outputs() {
    return ports.leaving();
  }

  /// What the cache of a session takes for each of its positions; 0 for a stage without one.
  public long cacheBytesPerToken() {
    return bytesPerToken;
  }

  /// Begins a session and reserves its cache. One that is open already begins anew. When there is
  /// no room for it, sessions that nobody has asked for in 5 minutes end.
  ///
  /// @param tokensMax how many positions it may come to have
  /// @throws StageRefused with [StageRefused#FULL] when there is no room for it
  public void open(String name, int tokensMax) throws StageRefused {
    lock.lock();
    try {
      if (tokensMax < 1 || tokensMax > spec.contextMax()) {
        throw new StageRefused(
            StageRefused.BAD,
            "Expected a session of 1 to %d positions, but '%s' asks for %d; it is not begun"
                .formatted(spec.contextMax(), name, tokensMax));
      }
      forget(name);
      long wanted = tokensMax * bytesPerToken;
      if (wanted > free(wanted)) {
        forgetUntouched();
      }
      long free = free(wanted);
      if (wanted > free) {
        throw new StageRefused(
            StageRefused.FULL,
            "Expected room for a cache of %d bytes (%d positions), but %d of %d bytes are free; the session '%s' is not begun"
                .formatted(wanted, tokensMax, free, spec.kvBytesMax(), name));
      }
      sessions.put(name, new StageSession(tokensMax, wanted, clock.instant()));
    } finally {
      lock.unlock();
    }
  }

  /// Computes the next positions of a session. The last step asked for again is answered as before,
  /// without computing.
  ///
  /// @param position of the first of `ids`
  /// @param ids the tokens, in every stage
  /// @param in what [#inputs] names, in any order
  /// @return what [#outputs] names, in that order
  /// @throws StageRefused the session is then where it was
  public List<Tensor> step(String name, long position, long[] ids, List<Tensor> in)
      throws StageRefused {
    lock.lock();
    try {
      StageSession known = known(name);
      known.touch(clock.instant());
      List<Tensor> answered = known.answered(position, ids);
      if (answered != null) {
        return answered;
      }
      requirePlace(name, known, position, ids);
      Computed computed = compute(position, ids, in, known.cache());
      known.advance(ids, computed.caches(), computed.leaving());
      return computed.leaving();
    } finally {
      lock.unlock();
    }
  }

  /// Computes a text of its own, without a session: for encoders.
  ///
  /// @throws StageRefused as [#step] does
  public List<Tensor> forward(long[] ids, List<Tensor> in) throws StageRefused {
    lock.lock();
    try {
      if (ids.length == 0 || ids.length > spec.contextMax()) {
        throw new StageRefused(
            StageRefused.BAD,
            "Expected 1 to %d tokens, but there are %d; nothing is computed"
                .formatted(spec.contextMax(), ids.length));
      }
      Computed computed = compute(0, ids, in, Map.of());
      computed.caches().values().forEach(OnnxTensor::close);
      return computed.leaving();
    } finally {
      lock.unlock();
    }
  }

  /// The sessions that are open.
  public Set<String> sessions() {
    lock.lock();
    try {
      return Set.copyOf(sessions.keySet());
    } finally {
      lock.unlock();
    }
  }

  /// Ends a session and frees its cache. One that is not there is fine.
  public void close(String name) {
    lock.lock();
    try {
      forget(name);
    } finally {
      lock.unlock();
    }
  }

  /// Frees everything, once the step under way is done. Twice is fine.
  @Override
  public void close() {
    lock.lock();
    try {
      if (closed) {
        return;
      }
      closed = true;
      sessions.values().forEach(StageSession::close);
      sessions.clear();
      session.close();
      weights.close();
    } catch (OrtException e) {
      throw new IllegalStateException("Expected to close the session of a stage", e);
    } finally {
      lock.unlock();
    }
  }

  private void forget(String name) {
    StageSession known = sessions.remove(name);
    if (known != null) {
      known.close();
    }
  }

  private void forgetUntouched() {
    Instant then = clock.instant().minus(UNTOUCHED_MAX);
    sessions.entrySet().stream()
        .filter(known -> known.getValue().isUntouchedSince(then))
        .map(Map.Entry::getKey)
        .toList()
        .forEach(this::forget);
  }

  /// What is left for one more, when the largest of all is there twice.
  private long free(long wanted) {
    long reserved = 0;
    long largest = wanted;
    for (StageSession known : sessions.values()) {
      reserved += known.bytesReserved();
      largest = Math.max(largest, known.bytesReserved());
    }
    return spec.kvBytesMax() - reserved - largest;
  }

  private StageSession known(String name) throws StageRefused {
    StageSession known = sessions.get(name);
    if (known == null) {
      throw new StageRefused(
          StageRefused.UNKNOWN,
          "Expected the session '%s' on this stage, but it is not open here; open it and replay its steps"
              .formatted(name));
    }
    return known;
  }

  private static void requirePlace(String name, StageSession known, long position, long[] ids)
      throws StageRefused {
    if (position != known.position()) {
      throw new StageRefused(
          StageRefused.CONFLICT,
          "Expected position %d of the session '%s', but the step begins at %d; nothing is computed"
              .formatted(known.position(), name, position));
    }
    if (ids.length == 0 || position + ids.length > known.tokensMax()) {
      throw new StageRefused(
          StageRefused.BAD,
          "Expected 1 to %d more tokens in the session '%s', but there are %d; nothing is computed"
              .formatted(known.tokensMax() - position, name, ids.length));
    }
  }

  private record Computed(Map<String, OnnxTensor> caches, List<Tensor> leaving) {}

  private Computed compute(
      long position, long[] ids, List<Tensor> in, Map<String, OnnxTensor> cache)
      throws StageRefused {
    if (closed) {
      throw new StageRefused(
          StageRefused.UNKNOWN, "Expected a loaded stage, but this one has been let go");
    }
    List<OnnxTensor> ours = new ArrayList<>();
    try {
      Map<String, OnnxTensor> feeds = new HashMap<>(cache);
      for (Map.Entry<String, OnnxTensor> feed : fresh(position, ids, in, cache).entrySet()) {
        ours.add(feed.getValue());
        feeds.put(feed.getKey(), feed.getValue());
      }
      return taken(session.run(feeds));
    } catch (OrtException e) {
      throw failed(position, ids, e);
    } finally {
      ours.forEach(OnnxTensor::close);
    }
  }

  /// Everything that is fed but the caches that are there.
  private Map<String, OnnxTensor> fresh(
      long position, long[] ids, List<Tensor> in, Map<String, OnnxTensor> cache)
      throws OrtException, StageRefused {
    requireInputs(in);
    Map<String, OnnxTensor> fresh = new HashMap<>();
    for (String control : ports.controls()) {
      fresh.put(control, control(control, position, ids));
    }
    for (String past : ports.caches().keySet()) {
      if (!cache.containsKey(past)) {
        fresh.put(past, StageTensors.empty(environment, input(past)));
      }
    }
    for (Tensor tensor : in) {
      fresh.put(tensor.name(), StageTensors.toOrt(environment, tensor));
    }
    return fresh;
  }

  private OnnxTensor control(String name, long position, long[] ids) throws OrtException {
    TensorInfo like = input(name);
    return switch (name) {
      case StagePorts.IDS -> StageTensors.row(environment, like, ids);
      case StagePorts.POSITIONS ->
          StageTensors.row(
              environment, like, LongStream.range(position, position + ids.length).toArray());
      case StagePorts.MASK -> {
        long[] ones = new long[Math.toIntExact(position + ids.length)];
        Arrays.fill(ones, 1);
        yield StageTensors.row(environment, like, ones);
      }
      default -> StageTensors.row(environment, like, new long[ids.length]);
    };
  }

  private TensorInfo input(String name) {
    return Objects.requireNonNull(ports.inputs().get(name));
  }

  private void requireInputs(List<Tensor> in) throws StageRefused {
    List<String> names = in.stream().map(Tensor::name).sorted().toList();
    if (!names.equals(ports.crossing().stream().sorted().toList())) {
      throw new StageRefused(
          StageRefused.BAD,
          "Expected the tensors %s from the stage before, but %s came; nothing is computed"
              .formatted(ports.crossing(), names));
    }
    for (Tensor tensor : in) {
      TensorInfo wanted = input(tensor.name());
      if (!StageTensors.fits(wanted, tensor)) {
        throw new StageRefused(
            StageRefused.BAD,
            "Expected the tensor '%s' as %s %s, but it is %s %s; nothing is computed"
                .formatted(
                    tensor.name(),
                    StageTensors.type(wanted),
                    Arrays.toString(wanted.getShape()),
                    tensor.type(),
                    tensor.shape()));
      }
    }
  }

  /// Takes the result apart: the caches stay with ONNX Runtime, the rest is copied and freed.
  private Computed taken(OrtSession.Result result) throws StageRefused {
    Map<String, OnnxTensor> caches = new HashMap<>();
    List<Tensor> leaving = new ArrayList<>();
    try {
      for (String output : ports.leaving()) {
        Tensor all = StageTensors.fromOrt(output, tensor(result, output));
        leaving.add(spec.lastRow() ? StageTensors.lastRow(all) : all);
      }
      requireSound(leaving);
      ports.caches().forEach((past, present) -> caches.put(past, tensor(result, present)));
      return new Computed(caches, leaving);
    } finally {
      for (Map.Entry<String, OnnxValue> value : result) {
        if (!caches.containsValue(value.getValue())) {
          value.getValue().close();
        }
      }
    }
  }

  private static OnnxTensor tensor(OrtSession.Result result, String name) {
    return (OnnxTensor) result.get(name).orElseThrow();
  }

  /// Minus infinity is what masks are made of; a mask may cross.
  private static void requireSound(List<Tensor> leaving) throws StageRefused {
    for (Tensor tensor : leaving) {
      if (tensor.type() == ElementType.FLOAT) {
        Float unsound = unsound(tensor);
        if (unsound != null) {
          throw new StageRefused(
              StageRefused.MODEL,
              "Expected numbers in '%s', but the model computed %s; the weights or what came in are broken"
                  .formatted(tensor.name(), unsound));
        }
      }
    }
  }

  private static @Nullable Float unsound(Tensor tensor) {
    for (var floats = tensor.data().asFloatBuffer(); floats.hasRemaining(); ) {
      float value = floats.get();
      if (Float.isNaN(value) || value == Float.POSITIVE_INFINITY) {
        return value;
      }
    }
    return null;
  }

  private static StageRefused failed(long position, long[] ids, OrtException e) {
    String message = String.valueOf(e.getMessage());
    return message.contains("out of data bounds")
        ? new StageRefused(
            StageRefused.BAD,
            "Expected tokens of this model's vocabulary, but one of %s is none; nothing is computed"
                .formatted(Arrays.toString(ids)),
            e)
        : new StageRefused(
            StageRefused.MODEL,
            "Expected to compute %d tokens at position %d, but ONNX Runtime failed: %s"
                .formatted(ids.length, position, message),
            e);
  }
}
