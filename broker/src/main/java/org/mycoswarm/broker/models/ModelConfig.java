package org.mycoswarm.broker.models;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// What the files beside a model say of it, in the layout in which models are shared.
///
/// @param contextTokens of an embedding model what `model.json` or `sentence_bert_config.json`
///     says;
///     else `max_position_embeddings` of config.json; 2,048 when nothing says it
/// @param eos `eos_token_id` of generation_config.json, or else of config.json: a number or several
/// @param chat `chatml`, `llama3` or `plain`, by the words of the template in tokenizer_config.json
///     or
///     chat_template.jinja
record ModelConfig(int contextTokens, List<Integer> eos, String chat) {
  /// Where newer exports keep it.
  private static final String TEMPLATE = "chat_template.jinja";

  private static final int CONTEXT_USUAL = 2_048;

  static ModelConfig of(ModelFiles files) {
    JsonNode config = files.json("config.json");
    JsonNode generation = files.json("generation_config.json");
    int context =
        said(
            files.json("model.json").path("tokensMax"),
            files.json("sentence_bert_config.json").path("max_seq_length"),
            config.path("max_position_embeddings"));
    JsonNode eos =
        generation.has("eos_token_id")
            ? generation.path("eos_token_id")
            : config.path("eos_token_id");
    return new ModelConfig(Math.max(1, context), tokens(eos), chat(files));
  }

  private static int said(JsonNode... places) {
    return Arrays.stream(places)
        .filter(JsonNode::isInt)
        .findFirst()
        .map(JsonNode::intValue)
        .orElse(CONTEXT_USUAL);
  }

  private static List<Integer> tokens(JsonNode node) {
    List<Integer> tokens = new ArrayList<>();
    if (node.isInt()) {
      tokens.add(node.intValue());
    }
    node.forEach(token -> tokens.add(token.asInt()));
    return tokens;
  }

  /// The templates themselves are programs in a language for web pages; of the formats that models
  /// are trained on few are common, and their special words tell which it is.
  private static String chat(ModelFiles files) {
    String template =
        files.json("tokenizer_config.json").path("chat_template") + files.text(TEMPLATE);
    if (template.contains("<|im_start|>")) {
      return "chatml";
    }
    return template.contains("<|start_header_id|>") ? "llama3" : "plain";
  }
}
