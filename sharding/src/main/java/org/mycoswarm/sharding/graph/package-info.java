/// Reads an ONNX model without loading its weights, finds where it can be cut, and makes a small
/// graph of each part; and writes Llama-shaped decoders, since no real one comes in a package.
@NullMarked
package org.mycoswarm.sharding.graph;

import org.jspecify.annotations.NullMarked;
