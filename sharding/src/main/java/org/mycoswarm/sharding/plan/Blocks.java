package org.mycoswarm.sharding.plan;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.mycoswarm.sharding.frame.ElementType;
import org.mycoswarm.sharding.graph.Cut;
import org.mycoswarm.sharding.graph.GraphCutter;
import org.mycoswarm.sharding.graph.WeightRange;

/// A model as a planner sees it: blocks in a row. Block `i` ends at cut `i` of the graph.
public record Blocks(List<Block> blocks, List<SharedWeight> shared) {
  public Blocks {
    blocks = List.copyOf(blocks);
    shared = List.copyOf(shared);
    if (blocks.isEmpty()) {
      throw new IllegalArgumentException("Expected a model of one block or more, but got none.");
    }
  }

  /// The blocks of a model.
  ///
  /// @param wire as what floats are sent: 16 bits or 32
  public static Blocks of(GraphCutter cutter, ElementType wire) {
    List<Set<WeightRange>> weights = cutter.weightsByBlock();
    Map<WeightRange, List<Integer>> users = new HashMap<>();
    for (int i = 0; i < weights.size(); i++) {
      for (WeightRange weight : weights.get(i)) {
        users.computeIfAbsent(weight, _ -> new ArrayList<>()).add(i);
      }
    }
    long[] own = new long[weights.size()];
    List<SharedWeight> shared = new ArrayList<>();
    users.forEach(
        (weight, blocks) -> {
          if (blocks.size() == 1) {
            own[blocks.getFirst()] += weight.bytes();
          } else {
            shared.add(new SharedWeight(weight.bytes(), blocks));
          }
        });
    return new Blocks(blocks(cutter, own, wire), shared);
  }

  private static List<Block> blocks(GraphCutter cutter, long[] own, ElementType wire) {
    List<Cut> ends = new ArrayList<>(cutter.cuts());
    ends.add(cutter.end());
    List<Block> blocks = new ArrayList<>();
    long work = 0;
    long cache = 0;
    for (Cut end : ends) {
      long sent = end.wireBytesPerToken() * wire.bytes() / Float.BYTES;
      blocks.add(
          new Block(
              own[blocks.size()],
              end.workBytesBefore() - work,
              end.kvBytesPerTokenBefore() - cache,
              sent));
      work = end.workBytesBefore();
      cache = end.kvBytesPerTokenBefore();
    }
    return blocks;
  }

  int size() {
    return blocks.size();
  }

  /// What a stage of these blocks holds of weights.
  long weightBytes(int from, int to) {
    long bytes = 0;
    for (Block block : blocks.subList(from, to)) {
      bytes += block.weightBytes();
    }
    for (SharedWeight weight : shared) {
      boolean used = weight.blocks().stream().anyMatch(block -> block >= from && block < to);
      bytes += used ? weight.bytes() : 0;
    }
    return bytes;
  }

  long workBytes(int from, int to) {
    return blocks.subList(from, to).stream().mapToLong(Block::workBytes).sum();
  }

  long kvBytesPerToken(int from, int to) {
    return blocks.subList(from, to).stream().mapToLong(Block::kvBytesPerToken).sum();
  }

  /// What crosses at the end of the block before this one.
  long wireBytesInto(int block) {
    return block == 0 ? 0 : blocks.get(block - 1).wireBytesPerToken();
  }
}
