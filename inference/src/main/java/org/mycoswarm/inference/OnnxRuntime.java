package org.mycoswarm.inference;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// ONNX Runtime in this process, on the best device that really works here. One per process.
///
/// **On SIGTERM**: the library frees itself in a shutdown hook, and a run under way then takes the
/// whole JVM down. Stop the workers and [#close] before the process exits, not in a shutdown hook.
public final class OnnxRuntime implements AutoCloseable {
  private final OrtEnvironment environment;
  private final Device device;
  private final List<Embedder> embedders = new ArrayList<>();

  private OnnxRuntime(OrtEnvironment environment, Device device) {
    this.environment = environment;
    this.device = device;
  }

  /// As [#start()], with the native library unpacked once into a folder that stays, so that a
  /// process that is killed leaves nothing in the temporary one.
  ///
  /// @param natives made when it is not there; may be deleted while nobody runs
  /// @throws ModelFailure if there is no native library for this machine
  public static OnnxRuntime start(Path natives) {
    try {
      OnnxNatives.keepIn(natives);
      OnnxNatives.sweep(Path.of(System.getProperty("java.io.tmpdir")));
    } catch (IOException e) {
      throw new ModelFailure(
          "Expected to unpack ONNX Runtime into '%s', but: %s; this machine can embed nothing"
              .formatted(natives, e),
          e);
    }
    return start();
  }

  /// Loads the native library (about a second, and its size in the temporary folder, unless
  /// `-Donnxruntime.native.path` names a folder with the library unpacked) and chooses the device.
  ///
  /// @throws ModelFailure if there is no native library for this machine
  public static OnnxRuntime start() {
    try {
      OrtEnvironment environment =
          OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR, "mycoswarm");
      environment.setTelemetry(false);
      return new OnnxRuntime(environment, DeviceChoice.ofThisMachine().choose());
    } catch (OrtException | LinkageError | RuntimeException e) {
      throw new ModelFailure(
          "Expected ONNX Runtime to start on %s %s, but: %s; this machine can embed nothing"
              .formatted(System.getProperty("os.name"), System.getProperty("os.arch"), e),
          e);
    }
  }

  public Device device() {
    return device;
  }

  /// A new embedder for one worker thread; it holds the weights once more. Any thread may call
  /// this.
  ///
  /// @throws ModelFailure if the model does not load
  public synchronized Embedder embedder(Model model) {
    Tokenizer tokenizer = Tokenizer.load(model.tokenizer());
    try (OrtSession.SessionOptions options = options(1)) {
      OrtSession session = environment.createSession(model.weights().toString(), options);
      Embedder embedder = new OnnxEmbedder(model, tokenizer, environment, session);
      embedders.add(embedder);
      return embedder;
    } catch (OrtException e) {
      tokenizer.close();
      throw new ModelFailure(
          "Expected ONNX Runtime to load '%s', but: %s; the model is not usable until the file is replaced"
              .formatted(model.weights(), e.getMessage()),
          e);
    }
  }

  /// For those who load something else than an embedder, and close it before this.
  public OrtEnvironment environment() {
    return environment;
  }

  /// How sessions are set here; to be closed by who asks.
  ///
  /// @param threads that one run computes with
  public OrtSession.SessionOptions options(int threads) throws OrtException {
    OrtSession.SessionOptions options = new OrtSession.SessionOptions();
    options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.ALL_OPT);
    options.setIntraOpNumThreads(threads);
    options.setInterOpNumThreads(1);
    if (device.name().equals(Device.CUDA)) {
      options.addCUDA(0);
    }
    return options;
  }

  /// Closes every embedder that is still open. No thread may be in [Embedder#embed] any more.
  @Override
  public synchronized void close() {
    embedders.forEach(Embedder::close);
    embedders.clear();
  }
}
