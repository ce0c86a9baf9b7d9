package org.mycoswarm.cli.command;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import org.mycoswarm.cli.client.BrokerClient;
import org.mycoswarm.cli.client.BrokerRefused;
import org.mycoswarm.cli.client.Chat;
import org.mycoswarm.cli.client.Wire;
import org.mycoswarm.cli.folder.Prompts.Prompt;
import org.mycoswarm.cli.output.Figures;
import org.mycoswarm.cli.output.Progress;
import org.mycoswarm.schema.wire.GenerateLine;
import org.mycoswarm.schema.wire.ModelView;
import org.mycoswarm.schema.wire.Sampling;

/// Many prompts for a model that is cut over several nodes: no task can be given to one of them, so
/// each prompt is asked when the one before it is answered. For one thread.
final class GenerateInTurn {
  private final Chat chat;
  private final Progress progress;

  GenerateInTurn(BrokerClient client, Progress progress) {
    this.chat = new Chat(client);
    this.progress = progress;
  }

  /// Writes a [GenerateLine] for each answer, in the order of the prompts.
  ///
  /// @return how many were not answered
  int run(ModelView model, List<Prompt> prompts, Sampling sampling, OutputStream out)
      throws IOException {
    Chat.Wishes wishes =
        new Chat.Wishes(
            sampling.tokensMax(),
            sampling.temperature(),
            sampling.topP(),
            sampling.seed(),
            sampling.stop());
    int unanswered = 0;
    for (int i = 0; i < prompts.size(); i++) {
      Prompt prompt = prompts.get(i);
      progress.show(
          (double) i / prompts.size(),
          "%s of %s answered".formatted(i, Figures.count(prompts.size(), "prompt")));
      try {
        JsonNode answer = chat.ask(model.name(), prompt.messages(), wishes);
        out.write((Wire.line(line(i, prompt, model, answer)) + "\n").getBytes(UTF_8));
        out.flush();
      } catch (BrokerRefused e) {
        unanswered++;
        progress.say("Not answered: %s (%s)".formatted(prompt.label(), e.words()));
      }
    }
    progress.finish();
    return unanswered;
  }

  private static GenerateLine line(int number, Prompt prompt, ModelView model, JsonNode answer) {
    return new GenerateLine(
        number,
        prompt.label(),
        model.digest(),
        Chat.text(answer),
        Chat.finish(answer),
        answer.at("/usage/prompt_tokens").asInt(),
        answer.at("/usage/completion_tokens").asInt());
  }
}
