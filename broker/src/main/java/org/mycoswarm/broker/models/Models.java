package org.mycoswarm.broker.models;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.mycoswarm.broker.records.Records;
import org.mycoswarm.queue.domain.BlobHash;
import org.mycoswarm.queue.domain.RecordVersion;
import org.mycoswarm.queue.log.BlobStore;
import org.mycoswarm.schema.json.Json;
import org.mycoswarm.schema.wire.ModelFile;
import org.mycoswarm.schema.wire.ModelSubmission;
import org.mycoswarm.schema.wire.ModelView;
import org.mycoswarm.schema.wire.StageWeight;
import org.mycoswarm.sharding.graph.GraphCutter;
import org.mycoswarm.sharding.graph.ModelRefused;
import org.mycoswarm.sharding.graph.OnnxModel;
import org.mycoswarm.sharding.graph.WeightRange;

/// The registry of models. Their files are blobs, which stay as long as the model does. Registering
/// reads every weight once, for its hash. Thread-safe; calls block.
public final class Models {
  static final String SPACE = "model";

  private static final int FILES_MAX = 1_000;

  private final Records records;
  private final BlobStore blobs;
  private final InstantSource clock;

  public Models(Records records, BlobStore blobs, InstantSource clock) {
    this.records = records;
    this.blobs = blobs;
    this.clock = clock;
  }

  /// Registers a model, or takes these files for the one that has the name.
  ///
  /// @throws ModelRejected when it is none that can run here; says why
  /// @throws org.mycoswarm.broker.records.RecordRefused when the log takes no more models
  public ModelView add(ModelSubmission submission) throws IOException {
    require(submission);
    ModelFiles files = new ModelFiles(blobs, submission.files());
    for (ModelFile file : submission.files()) {
      if (!blobs.touch(new BlobHash(file.blob()))) {
        throw new ModelRejected(
            "Expected the bytes of '%s' as the blob %s, but it was not uploaded; nothing was registered"
                .formatted(file.path(), file.blob()));
      }
    }
    String graph = graph(submission);
    try {
      return add(submission, files, graph);
    } catch (ModelRefused e) {
      throw new ModelRejected(
          "%s The model '%s' was not registered".formatted(e.getMessage(), submission.name()));
    }
  }

  private ModelView add(ModelSubmission submission, ModelFiles files, String graph)
      throws IOException {
    OnnxModel model = files.read(graph);
    ModelConfig config = ModelConfig.of(files);
    Map<String, String> digests = new HashMap<>();
    long bytes = 0;
    for (WeightRange weight : model.weights()) {
      Path file = files.path(folder(graph) + weight.file());
      digests.put(weight.name(), WeightDigests.of(Objects.requireNonNull(file), weight));
      bytes += weight.bytes();
    }
    boolean decoder = !model.kvPairs().isEmpty();
    if (decoder && files.path("tokenizer.json") == null) {
      throw new ModelRejected(
          "Expected 'tokenizer.json' among the files of the decoder '%s', but it is not there; nothing was registered"
              .formatted(submission.name()));
    }
    ModelRecord record =
        new ModelRecord(
            submission.name(),
            digest(submission.files()),
            decoder ? ModelView.DECODER : ModelView.ENCODER,
            bytes,
            new GraphCutter(model).cuts().size(),
            model.kvPairs().stream().mapToLong(pair -> pair.bytesPerToken()).sum(),
            config.contextTokens(),
            submission.files(),
            clock.instant(),
            graph,
            WeightDigests.store(digests, blobs).hex(),
            config.eos(),
            config.chat());
    records.put(SPACE, submission.name(), json(record), null, record.blobs());
    return record.view();
  }

  private static String folder(String path) {
    return path.substring(0, path.lastIndexOf('/') + 1);
  }

  private static void require(ModelSubmission submission) {
    if (submission.files().isEmpty() || submission.files().size() > FILES_MAX) {
      throw new ModelRejected(
          "Expected 1 to %,d files of a model, but there are %,d; nothing was registered"
              .formatted(FILES_MAX, submission.files().size()));
    }
    long paths = submission.files().stream().map(ModelFile::path).distinct().count();
    if (paths < submission.files().size()) {
      throw new ModelRejected(
          "Expected each file of a model once, but a path comes twice; nothing was registered");
    }
  }

  private static String graph(ModelSubmission submission) {
    List<String> graphs =
        submission.files().stream()
            .map(ModelFile::path)
            .filter(path -> path.endsWith(".onnx"))
            .toList();
    String wanted = submission.graph();
    if (wanted != null ? graphs.contains(wanted) : graphs.size() == 1) {
      return wanted != null ? wanted : graphs.getFirst();
    }
    throw new ModelRejected(
        wanted != null
            ? "Expected the graph '%s' among the model's files, but there are %s; nothing was registered"
                .formatted(wanted, graphs)
            : "Expected one .onnx file among the model's files, or 'graph' to name one, but there are %s; nothing was registered"
                .formatted(graphs));
  }

  /// The registered models, in the order of their names.
  public List<ModelRecord> all() {
    return all(records);
  }

  /// The models that some records have, in the order of their names.
  public static List<ModelRecord> all(Records records) {
    return records.all(SPACE).stream()
        .map(Models::read)
        .sorted(Comparator.comparing(ModelRecord::name))
        .toList();
  }

  /// @param wanted a name or a digest
  public Optional<ModelRecord> find(String wanted) {
    return find(wanted, all());
  }

  /// @param wanted a name or a digest
  public static Optional<ModelRecord> find(String wanted, List<ModelRecord> models) {
    return models.stream()
        .filter(model -> model.name().equals(wanted) || model.digest().equals(wanted))
        .findFirst();
  }

  /// The graph of a model, to be cut, read anew from its files.
  ///
  /// @throws ModelRejected when its files are not what they were
  public GraphCutter cutter(ModelRecord model) {
    try {
      return new GraphCutter(new ModelFiles(blobs, model.files()).read(model.graph()));
    } catch (ModelRefused e) {
      throw new ModelRejected(
          "%s The model '%s' cannot run; register it again"
              .formatted(e.getMessage(), model.name()));
    }
  }

  /// Where a weight of a model lies and what its bytes are, for whoever gets it to a node.
  public Map<String, StageWeight> weights(ModelRecord model, List<WeightRange> ranges) {
    ModelFiles files = new ModelFiles(blobs, model.files());
    Map<String, String> digests = WeightDigests.read(new BlobHash(model.digests()), blobs);
    Map<String, StageWeight> weights = new LinkedHashMap<>();
    for (WeightRange range : ranges) {
      weights.put(
          range.name(),
          new StageWeight(
              range.name(),
              range.type().code(),
              range.shape(),
              files.blob(model.graph(), range.file()).orElseThrow(),
              range.offset(),
              range.bytes(),
              Objects.requireNonNull(digests.get(range.name()))));
    }
    return weights;
  }

  /// Forgets a model; its files go when nothing else refers to them.
  ///
  /// @return whether there was one
  public boolean remove(String wanted) {
    Optional<ModelRecord> model = find(wanted);
    model.ifPresent(found -> records.remove(SPACE, found.name(), null));
    return model.isPresent();
  }

  private static ModelRecord read(RecordVersion version) {
    try {
      return Json.LENIENT.readValue(version.json(), ModelRecord.class);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Expected a model in a record of models", e);
    }
  }

  private static String json(ModelRecord model) {
    try {
      return Json.LENIENT.writeValueAsString(model);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Expected a model to have a JSON form", e);
    }
  }

  private static String digest(List<ModelFile> files) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      files.stream()
          .sorted(Comparator.comparing(ModelFile::path))
          .map(file -> "%s\n%s\n".formatted(file.path(), file.blob()))
          .forEach(line -> digest.update(line.getBytes(StandardCharsets.UTF_8)));
      return "sha256:" + HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has SHA-256", e);
    }
  }
}
