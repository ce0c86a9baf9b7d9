/// What a node computes: read a document, cut it into chunks, turn a chunk into a vector. No
/// network, no queue, no clock: the same bytes and the same model give the same answer on the same
/// machine.
@NullMarked
package org.mycoswarm.inference;

import org.jspecify.annotations.NullMarked;
