package org.mycoswarm.broker.openai;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.broker.embedding.EmbedInputs;
import org.mycoswarm.broker.openai.BatchLine.Unusable;

/// Lays the requests of a batch out as jobs and their tasks: always the same for the same input, so
/// that after a crash, and when the results are read, it is made anew instead of being kept.
///
/// A task holds the inputs of neighbouring requests that go to the same model; a request with many
/// inputs has several. A job ends with a request.
final class BatchPlan {
  private static final int TASK_INPUTS_MAX = 32;
  private static final int JOB_TASKS_MAX = 64;
  private static final long JOB_CHARACTERS_MAX = 1 << 20;

  /// Inputs that one task has of one request.
  ///
  /// @param task its number in the job
  /// @param row of the first of them in the task
  record Slice(int task, int row, int rows) {}

  /// @param slices none when the request is not in order
  record Placed(BatchLine line, List<Slice> slices) {}

  /// @param model digest
  record Work(String model, EmbedInputs inputs) {}

  /// @param number counted from 0
  record Job(int number, List<Work> tasks, List<Placed> lines) {}

  /// Inputs of one kind that are collected for the next task.
  private static final class Open {
    final String model;
    final EmbedInputs first;
    final List<String> texts = new ArrayList<>();
    final List<List<Integer>> ids = new ArrayList<>();

    Open(String model, EmbedInputs first) {
      this.model = model;
      this.first = first;
    }

    boolean takes(String other, EmbedInputs inputs) {
      return model.equals(other)
          && first.getClass() == inputs.getClass()
          && size() + inputs.size() <= TASK_INPUTS_MAX;
    }

    void add(EmbedInputs inputs) {
      switch (inputs) {
        case EmbedInputs.Texts some -> texts.addAll(some.texts());
        case EmbedInputs.Tokens some -> ids.addAll(some.ids());
      }
    }

    int size() {
      return texts.size() + ids.size();
    }

    Work work() {
      return new Work(
          model,
          switch (first) {
            case EmbedInputs.Texts some -> new EmbedInputs.Texts(some.role(), texts);
            case EmbedInputs.Tokens _ -> new EmbedInputs.Tokens(ids);
          });
    }
  }

  private final BatchInput input;
  private int jobs;

  BatchPlan(BatchInput input) {
    this.input = input;
  }

  /// @return null after the last
  @Nullable Job next() throws IOException, Unusable {
    List<Work> tasks = new ArrayList<>();
    List<Placed> lines = new ArrayList<>();
    Open open = null;
    long characters = 0;
    while (tasks.size() < JOB_TASKS_MAX && characters < JOB_CHARACTERS_MAX) {
      BatchLine line = input.next();
      if (line == null) {
        break;
      }
      EmbeddingsRequest request = line.request();
      String model = line.digest();
      if (request == null || model == null) {
        lines.add(new Placed(line, List.of()));
        continue;
      }
      List<Slice> slices = new ArrayList<>();
      for (int from = 0; from < request.inputs().size(); from += TASK_INPUTS_MAX) {
        int to = Math.min(request.inputs().size(), from + TASK_INPUTS_MAX);
        EmbedInputs some = request.inputs().slice(from, to);
        if (open != null && !open.takes(model, some)) {
          tasks.add(open.work());
          open = null;
        }
        if (open == null) {
          open = new Open(model, some);
        }
        slices.add(new Slice(tasks.size(), open.size(), some.size()));
        open.add(some);
      }
      characters += characters(request.inputs());
      lines.add(new Placed(line, slices));
    }
    if (open != null) {
      tasks.add(open.work());
    }
    return lines.isEmpty() ? null : new Job(jobs++, tasks, lines);
  }

  private static long characters(EmbedInputs inputs) {
    return switch (inputs) {
      case EmbedInputs.Texts some -> some.texts().stream().mapToLong(String::length).sum();
      case EmbedInputs.Tokens some -> some.ids().stream().mapToLong(ids -> 8L * ids.size()).sum();
    };
  }
}
