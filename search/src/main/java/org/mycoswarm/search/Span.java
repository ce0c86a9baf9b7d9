package org.mycoswarm.search;

/// A part of a passage's text.
///
/// @param start from the start of the passage's text, in Unicode code points
/// @param end exclusive
public record Span(int start, int end) {}
