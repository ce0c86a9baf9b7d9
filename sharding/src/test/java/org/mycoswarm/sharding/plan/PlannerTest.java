package org.mycoswarm.sharding.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mycoswarm.sharding.frame.ElementType;
import org.mycoswarm.sharding.graph.Cut;
import org.mycoswarm.sharding.graph.GraphCutter;
import org.mycoswarm.sharding.graph.LlamaShape;
import org.mycoswarm.sharding.graph.LlamaWeights;
import org.mycoswarm.sharding.graph.LlamaWriter;
import org.mycoswarm.sharding.graph.LlamaWriter.Layout;
import org.mycoswarm.sharding.graph.OnnxModel;
import org.mycoswarm.sharding.graph.StageGraph;

/// The planner against every possible plan, and the cases a person would decide without one.
class PlannerTest {
  private static final long MB = 1_000_000;
  private static final Demand ONE = new Demand(0, 1);

  /// Ten blocks of 100 MB.
  private static final Blocks MODEL = even(10);

  @Test
  void of_random_models_and_nodes_no_plan_is_much_better_and_each_can_be_held() {
    long seed = Long.getLong("planner.seed", System.nanoTime());
    Random random = new Random(seed);
    int sharded = 0;
    int none = 0;

    for (int i = 0; i < 600; i++) {
      Blocks model = randomModel(random);
      List<PlanNode> nodes = randomNodes(random, model);
      Demand demand = new Demand(random.nextInt(3) * 100, 1 + random.nextInt(4));
      Exhaustive all = new Exhaustive(model, nodes, demand);
      String what = "seed %d, case %d".formatted(seed, i);

      switch (Planner.plan(model, nodes, demand)) {
        case NoPlan _ -> {
          assertThat(all.best()).as(what).isZero();
          none++;
        }
        case Plan plan -> {
          requireFeasible(plan, model, nodes, all, what);
          if (plan.stages().size() > 1) {
            double got = plan.tokensPerSecond(demand.sessions());
            assertThat(got).as(what).isGreaterThanOrEqualTo(0.95 * all.best());
            assertThat(nodes).as(what).noneMatch(node -> all.fits(node, 0, model.size()));
            sharded++;
          }
        }
      }
    }
    assertThat(sharded).as("seed %d", seed).isGreaterThan(200);
    assertThat(none).as("seed %d", seed).isGreaterThan(20);
  }

  @Test
  void a_model_that_one_node_can_hold_is_not_cut() {
    Plan plan = planned(node("a", 900, 10), node("b", 1000, 1), node("c", 1000, 2));

    assertThat(plan.stages()).singleElement().matches(stage -> stage.node().equals("c"));
  }

  @Test
  void a_weak_node_that_is_not_needed_is_left_out() {
    Plan plan = planned(node("a", 600, 10), node("weak", 600, 0.1), node("b", 600, 10));

    assertThat(plan.stages()).extracting(PlannedStage::node).containsExactlyInAnyOrder("a", "b");
  }

  @Test
  void with_many_sessions_a_fast_node_gets_more_blocks_than_a_slow_one() {
    Demand many = new Demand(0, 8);
    Plan plan =
        (Plan) Planner.plan(MODEL, List.of(node("fast", 900, 4), node("slow", 900, 1)), many);

    assertThat(plan.stages())
        .filteredOn(stage -> stage.node().equals("fast"))
        .singleElement()
        .matches(stage -> stage.toBlock() - stage.fromBlock() == 8);
    assertThat(plan.tokensPerSecondMany()).isCloseTo(5.0, Offset.offset(0.01));
  }

  @Test
  void a_lone_sequence_waits_for_every_stage_and_many_for_the_narrowest() {
    Plan plan =
        new Plan(
            List.of(
                new PlannedStage("a", 0, 1, 0, 0, 0.02, 0),
                new PlannedStage("b", 1, 2, 0, 0, 0.03, 0)));

    assertThat(plan.narrowest()).isEqualTo(1);
    assertThat(plan.tokensPerSecond()).isCloseTo(20, within());
    assertThat(plan.tokensPerSecondMany()).isCloseTo(33.333, within());
    assertThat(plan.tokensPerSecond(1)).isEqualTo(plan.tokensPerSecond());
    assertThat(plan.tokensPerSecond(2)).isEqualTo(plan.tokensPerSecondMany());
  }

  @Test
  void caches_count_for_every_session() {
    Blocks model =
        new Blocks(List.of(new Block(MB, MB, 1000, 10), new Block(MB, MB, 1000, 0)), List.of());

    Planned one = Planner.plan(model, List.of(node("a", 4, 1)), new Demand(1000, 1));
    Planned two = Planner.plan(model, List.of(node("a", 4, 1)), new Demand(1000, 2));

    assertThat(((Plan) one).stages().getFirst().kvBytes()).isEqualTo(2 * MB);
    assertThat(two).isInstanceOf(NoPlan.class);
  }

  @Test
  void a_weight_that_two_blocks_share_is_held_once_by_a_node_that_has_both() {
    Blocks tied = new Blocks(MODEL.blocks(), List.of(new SharedWeight(300 * MB, List.of(0, 9))));

    Planned whole = Planner.plan(tied, List.of(node("a", 1300, 1)), ONE);
    Plan cut = (Plan) Planner.plan(tied, List.of(node("a", 800, 1), node("b", 800, 1)), ONE);

    assertThat(((Plan) whole).stages().getFirst().weightBytes()).isEqualTo(1300 * MB);
    assertThat(cut.stages())
        .extracting(PlannedStage::weightBytes)
        .containsExactly(800 * MB, 800 * MB);
  }

  @Test
  void what_is_missing_is_said_in_numbers() {
    NoPlan none =
        (NoPlan)
            Planner.plan(MODEL, List.of(node("a", 350, 1), node("b", 250, 1)), new Demand(4096, 2));

    assertThat(none.missingBytes()).isBetween(450 * MB, 451 * MB);
    assertThat(none.sentence())
        .matches(
            "Expected room for 1000.0 MB of weights and 0.0 MB of caches \\(2 sessions of 4096 tokens\\), but 2 nodes offer 600.0 MB, at most 350.0 MB each; 450.[0-9] MB are missing on the largest.");
  }

  @Test
  void without_nodes_the_whole_model_is_missing() {
    NoPlan none = (NoPlan) Planner.plan(MODEL, List.of(), ONE);

    assertThat(none.missingBytes()).isEqualTo(1000 * MB);
  }

  @Test
  void a_model_of_hundreds_of_blocks_over_many_nodes_is_planned_at_once() {
    Blocks large = even(500);
    List<PlanNode> nodes =
        IntStream.range(0, 40).mapToObj(i -> node("n" + i, 6000 + i, 1 + i % 7)).toList();

    long start = System.nanoTime();
    Plan plan = (Plan) Planner.plan(large, nodes, new Demand(0, 4));

    assertThat(plan.stages().getLast().toBlock()).isEqualTo(500);
    assertThat(System.nanoTime() - start).isLessThan(20_000_000_000L);
  }

  @Test
  void a_model_that_needs_more_nodes_than_are_searched_exactly_still_gets_a_plan() {
    List<PlanNode> nodes =
        IntStream.range(0, 20).mapToObj(i -> node("n" + i, 100 + i % 3 * 100, 1)).toList();

    Plan plan = (Plan) Planner.plan(even(30), nodes, ONE);

    assertThat(plan.stages()).hasSizeBetween(11, 20).last().matches(stage -> stage.toBlock() == 30);
    assertThat(plan.stages()).extracting(PlannedStage::node).doesNotHaveDuplicates();
    assertThat(plan.stages())
        .allMatch(stage -> stage.weightBytes() <= 300 * MB && stage.fromBlock() < stage.toBlock());
  }

  @Test
  void a_graph_s_blocks_are_what_its_stages_hold(@TempDir Path folder) {
    LlamaShape shape = new LlamaShape(64, 32, 3, 4, 2, 48, 64, 1e-5f, 10_000f);
    new LlamaWriter(shape, Layout.PLAIN, LlamaWeights.random(5)).write(folder);
    GraphCutter cutter = new GraphCutter(OnnxModel.read(folder, LlamaWriter.MODEL));
    Blocks blocks = Blocks.of(cutter, ElementType.FLOAT16);
    long whole = blocks.weightBytes(0, blocks.size());
    List<PlanNode> nodes =
        IntStream.range(0, 3).mapToObj(i -> new PlanNode("n" + i, whole / 2, 1e9, 0, 1e9)).toList();

    Plan plan = (Plan) Planner.plan(blocks, nodes, new Demand(8, 1));

    List<Cut> at = new ArrayList<>();
    plan.stages().stream().skip(1).forEach(s -> at.add(cutter.cuts().get(s.fromBlock() - 1)));
    List<StageGraph> stages = cutter.split(at);
    assertThat(whole).isEqualTo(cutter.split(List.of()).getFirst().weightBytes());
    assertThat(stages).hasSizeGreaterThan(1);
    for (int k = 0; k < stages.size(); k++) {
      PlannedStage planned = plan.stages().get(k);
      assertThat(stages.get(k).weightBytes()).isEqualTo(planned.weightBytes());
      assertThat(stages.get(k).kvBytesPerToken() * 8).isEqualTo(planned.kvBytes());
    }
    assertThat(plan.stages().getFirst().sendsBytes()).isEqualTo(32 * 2);
  }

  private static Plan planned(PlanNode... nodes) {
    return (Plan) Planner.plan(MODEL, List.of(nodes), ONE);
  }

  private static void requireFeasible(
      Plan plan, Blocks model, List<PlanNode> nodes, Exhaustive all, String what) {
    Set<String> used = new HashSet<>();
    int at = 0;
    for (PlannedStage stage : plan.stages()) {
      PlanNode node =
          nodes.stream().filter(n -> n.id().equals(stage.node())).findFirst().orElseThrow();
      assertThat(used.add(stage.node())).as(what).isTrue();
      assertThat(stage.fromBlock()).as(what).isEqualTo(at);
      assertThat(all.fits(node, stage.fromBlock(), stage.toBlock())).as(what).isTrue();
      assertThat(stage.weightBytes() + stage.kvBytes()).isLessThanOrEqualTo(node.freeBytes());
      assertThat(stage.seconds())
          .isCloseTo(all.seconds(node, stage.fromBlock(), stage.toBlock()), within());
      at = stage.toBlock();
    }
    assertThat(at).as(what).isEqualTo(model.size());
  }

  private static Offset<Double> within() {
    return Offset.offset(1e-3);
  }

  private static Blocks even(int count) {
    List<Block> blocks = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      blocks.add(new Block(100 * MB, 100 * MB, 0, i == count - 1 ? 0 : 8192));
    }
    return new Blocks(blocks, List.of());
  }

  private static PlanNode node(String id, long megabytes, double gigabytesPerSecond) {
    return new PlanNode(id, megabytes * MB, gigabytesPerSecond * 1e9, 1e-4, 1e9);
  }

  private static Blocks randomModel(Random random) {
    int count = 2 + random.nextInt(6);
    List<Block> blocks = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      long weights = 20L + random.nextInt(200);
      long wire = i == count - 1 ? 0 : 1000 + random.nextInt(100_000);
      long work = random.nextInt(5) == 0 ? 0 : weights * MB;
      blocks.add(new Block(weights * MB, work, random.nextInt(100_000), wire));
    }
    List<SharedWeight> shared = new ArrayList<>();
    if (random.nextBoolean()) {
      shared.add(new SharedWeight(random.nextInt(100) * MB, List.of(0, count - 1)));
    }
    return new Blocks(blocks, shared);
  }

  /// Memories around the model's share, speeds and links over two powers of ten. Mostly few nodes,
  /// since trying everything costs more with each.
  private static List<PlanNode> randomNodes(Random random, Blocks model) {
    int count = random.nextInt(10) == 0 ? 7 + random.nextInt(2) : 2 + random.nextInt(5);
    long total = model.weightBytes(0, model.size());
    List<PlanNode> nodes = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      nodes.add(
          new PlanNode(
              "n" + i,
              (long) (total * (0.1 + 0.8 * random.nextDouble())),
              1e9 * Math.pow(10, random.nextDouble() * 2),
              Math.pow(10, -4 + random.nextDouble() * 2),
              1e6 * Math.pow(10, random.nextDouble() * 2)));
    }
    return nodes;
  }
}
