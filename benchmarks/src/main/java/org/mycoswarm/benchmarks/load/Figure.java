package org.mycoswarm.benchmarks.load;

/// A figure of our broker alone, in a row that no peer has.
///
/// @param row number in the requirements' table of speed, 0 for what is asked for elsewhere
/// @param goal what was asked for, empty for a figure beside it
public record Figure(int row, String name, String unit, Spread value, String goal) {}
