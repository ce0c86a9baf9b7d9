package org.mycoswarm.inference;

/// What became of one file: a text to work on, or a reason for the report why there is none.
public sealed interface Reading permits Document, Unreadable {}
