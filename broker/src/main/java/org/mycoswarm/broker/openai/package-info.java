/// The part of OpenAI's HTTP interface that has to do with embeddings, so that programs written for
/// it work with a swarm unchanged.
@NullMarked
package org.mycoswarm.broker.openai;

import org.jspecify.annotations.NullMarked;
