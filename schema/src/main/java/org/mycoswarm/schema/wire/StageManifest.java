package org.mycoswarm.schema.wire;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// All a node needs to be a stage: a small graph, which bytes of which blobs its weights are, and
/// what it reads and writes.
///
/// @param model digest of the whole model
/// @param name what people call it
/// @param graph SHA-256 of the blob with the stage's own ONNX graph, without large weights
/// @param inputs tensors that come over the wire, in the order in which they are sent
/// @param outputs tensors that leave for a later stage; of the last stage the model's own
/// @param files SHA-256 of other files of the model, by name, such as `tokenizer.json`: those that
///     make tokens and text, in the first and the last stage; of an encoder all its JSON, in the
///     first
/// @param first whether it reads text
/// @param last whether it samples tokens (decoder), or answers with the model's output (encoder)
/// @param encoder whether it keeps no sessions
/// @param kvBytesMax what the caches of all its sessions may take together
/// @param contextMax positions of the longest session
/// @param wire `f32`: exact; `f16`: floats that cross are halved
/// @param eos tokens that end a text
/// @param chat how messages become one text: `chatml`, `llama3` or `plain`
public record StageManifest(
    String model,
    String name,
    String graph,
    List<StageWeight> weights,
    List<String> inputs,
    List<String> outputs,
    Map<String, String> files,
    boolean first,
    boolean last,
    boolean encoder,
    long kvBytesMax,
    int contextMax,
    String wire,
    List<Integer> eos,
    @Nullable String chat) {
  public static final String EXACT = "f32";
  public static final String HALF = "f16";
}
