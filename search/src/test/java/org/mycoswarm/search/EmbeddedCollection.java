package org.mycoswarm.search;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.mycoswarm.evaluation.Topic;
import org.mycoswarm.inference.Chunk;
import org.mycoswarm.inference.Chunker;
import org.mycoswarm.inference.Document;
import org.mycoswarm.inference.Embedder;
import org.mycoswarm.inference.Model;
import org.mycoswarm.inference.ModelStore;
import org.mycoswarm.inference.OnnxRuntime;
import org.mycoswarm.inference.Tokenizer;

/// A labelled collection cut into chunks, with the vectors of chunks and questions, made here on
/// two threads and kept under `target/vectors` for as long as texts, model and chunker are the
/// same.
record EmbeddedCollection(
    LabelledCollection collection,
    Model model,
    Map<String, List<IndexedChunk>> chunks,
    Map<String, float[]> questions) {

  private static final Path KEPT = Path.of("target", "vectors");
  private static final int THREADS = 2;

  static EmbeddedCollection of(LabelledCollection collection, String modelName) throws Exception {
    Model model =
        ModelStore.open(Path.of("..", "inference", "target", "models"))
            .byName(modelName)
            .orElseThrow();
    Path kept = KEPT.resolve(collection.name() + "-" + modelName + "-" + digest(collection, model));
    if (!Files.exists(kept)) {
      Files.createDirectories(KEPT);
      Path half = kept.resolveSibling(kept.getFileName() + ".half");
      try (DataOutputStream out =
          new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(half)))) {
        embed(collection, model, out);
      }
      Files.move(half, kept, StandardCopyOption.ATOMIC_MOVE);
    }
    try (DataInputStream in =
        new DataInputStream(new BufferedInputStream(Files.newInputStream(kept)))) {
      return read(collection, model, in);
    }
  }

  /// The topic as a search for a hundred documents.
  Query query(Topic topic, Query.Mode mode) {
    return new Query(
        topic.text(),
        questions.getOrDefault(topic.id(), new float[0]),
        mode,
        100,
        Filter.NONE,
        false);
  }

  IndexSettings settings() {
    return new IndexSettings(model.digest(), model.dimension(), "structure-" + Chunker.VERSION);
  }

  /// Fills the index with one document for each text.
  void into(VectorIndex index) throws IOException {
    collection
        .texts()
        .forEach(
            (id, text) ->
                index.put(
                    new IndexedDocument(
                        id,
                        id,
                        "text/plain",
                        null,
                        text.length(),
                        Instant.EPOCH,
                        null,
                        null,
                        text,
                        chunks.getOrDefault(id, List.of()))));
    index.commit(Map.of());
  }

  private static String digest(LabelledCollection collection, Model model)
      throws NoSuchAlgorithmException {
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    String everything = model.digest() + Chunker.VERSION + collection.texts() + collection.topics();
    digest.update(everything.getBytes(StandardCharsets.UTF_8));
    return HexFormat.of().formatHex(digest.digest(), 0, 8);
  }

  private static void embed(LabelledCollection collection, Model model, DataOutputStream out)
      throws IOException, InterruptedException, ExecutionException {
    List<List<Chunk>> cut = new ArrayList<>();
    List<String> texts = new ArrayList<>();
    try (Tokenizer tokenizer = Tokenizer.load(model.tokenizer())) {
      Chunker chunker = new Chunker(tokenizer, Chunker.TOKENS_DEFAULT, Chunker.OVERLAP_DEFAULT);
      for (String text : collection.texts().values()) {
        List<Chunk> chunks = chunker.chunk(new Document(text, "text/plain", null));
        cut.add(chunks);
        chunks.forEach(chunk -> texts.add(chunk.embedded()));
      }
    }
    collection.topics().forEach(topic -> texts.add(topic.text()));
    float[][] vectors = vectors(model, texts);
    int next = 0;
    for (List<Chunk> chunks : cut) {
      out.writeInt(chunks.size());
      for (Chunk chunk : chunks) {
        out.writeInt(chunk.start());
        out.writeInt(chunk.end());
        write(vectors[next++], out);
      }
    }
    for (; next < vectors.length; next++) {
      write(vectors[next], out);
    }
  }

  private static float[][] vectors(Model model, List<String> texts)
      throws InterruptedException, ExecutionException {
    float[][] vectors = new float[texts.size()][];
    AtomicInteger next = new AtomicInteger();
    try (OnnxRuntime runtime = OnnxRuntime.start();
        ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
      List<Future<?>> workers = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        Embedder embedder = runtime.embedder(model);
        workers.add(
            threads.submit(
                () -> {
                  for (int at = next.getAndIncrement();
                      at < vectors.length;
                      at = next.getAndIncrement()) {
                    vectors[at] = embedder.embed(texts.get(at));
                  }
                }));
      }
      for (Future<?> worker : workers) {
        worker.get();
      }
    }
    return vectors;
  }

  private static EmbeddedCollection read(
      LabelledCollection collection, Model model, DataInputStream in) throws IOException {
    Map<String, List<IndexedChunk>> chunks = new HashMap<>();
    for (Map.Entry<String, String> text : collection.texts().entrySet()) {
      List<IndexedChunk> read = new ArrayList<>();
      int count = in.readInt();
      for (int i = 0; i < count; i++) {
        int start = in.readInt();
        int end = in.readInt();
        String whole = text.getValue();
        String slice =
            whole.substring(whole.offsetByCodePoints(0, start), whole.offsetByCodePoints(0, end));
        float[] vector = vector(in, model.dimension());
        read.add(new IndexedChunk(i, start, end, null, null, slice, text.getKey() + i, vector));
      }
      chunks.put(text.getKey(), read);
    }
    Map<String, float[]> questions = new HashMap<>();
    for (Topic topic : collection.topics()) {
      questions.put(topic.id(), vector(in, model.dimension()));
    }
    return new EmbeddedCollection(collection, model, chunks, questions);
  }

  private static void write(float[] vector, DataOutputStream out) throws IOException {
    for (float number : vector) {
      out.writeFloat(number);
    }
  }

  private static float[] vector(DataInputStream in, int dimension) throws IOException {
    float[] vector = new float[dimension];
    for (int i = 0; i < dimension; i++) {
      vector[i] = in.readFloat();
    }
    return vector;
  }
}
