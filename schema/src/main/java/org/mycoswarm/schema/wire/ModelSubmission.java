package org.mycoswarm.schema.wire;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A model to register: its files have been uploaded as blobs.
///
/// @param name what people call it
/// @param files one `.onnx` file, the files of its weights where they are apart, and what lies
///     beside
///     them: `tokenizer.json`, `config.json`, `tokenizer_config.json`, `generation_config.json`
/// @param graph path of the `.onnx` file, where there are several
public record ModelSubmission(String name, List<ModelFile> files, @Nullable String graph) {}
