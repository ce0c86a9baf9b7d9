package org.mycoswarm.inference;

/// What computes, and why that.
///
/// @param name `cpu` or `cuda`
/// @param reason one sentence for the person who wonders
public record Device(String name, String reason) {
  public static final String CPU = "cpu";
  public static final String CUDA = "cuda";
}
