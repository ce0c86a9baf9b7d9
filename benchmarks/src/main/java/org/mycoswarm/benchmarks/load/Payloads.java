package org.mycoswarm.benchmarks.load;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.SplittableRandom;

/// Payloads of 1 KiB of random letters and digits: nothing that a codec could squeeze to nothing.
/// The same for every contender. Thread-safe.
public final class Payloads {
  public static final int BYTES = 1_024;

  private static final int COUNT = 4_096;
  private static final byte[] LETTERS =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".getBytes(US_ASCII);
  private static final byte[][] ALL = all();

  private Payloads() {}

  /// @param number any; the payloads repeat after 4,096
  public static byte[] get(int number) {
    return ALL[Math.floorMod(number, COUNT)];
  }

  private static byte[][] all() {
    SplittableRandom random = new SplittableRandom(42);
    byte[][] all = new byte[COUNT][BYTES];
    for (byte[] payload : all) {
      for (int i = 0; i < BYTES; i++) {
        payload[i] = LETTERS[random.nextInt(LETTERS.length)];
      }
    }
    return all;
  }
}
