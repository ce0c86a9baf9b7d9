package org.mycoswarm.inference;

/// A piece of a document that fits into the embedding model.
///
/// @param ordinal its place among the chunks of its document, from 0
/// @param start where it starts in the document's text, in Unicode code points
/// @param end where it ends (exclusive), in Unicode code points
/// @param text exactly that slice of the document's text
/// @param tokens what the model's tokenizer makes of `text`, special tokens included
public record Chunk(int ordinal, int start, int end, String text, int tokens) {}
