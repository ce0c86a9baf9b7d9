/// One stage of a model that is cut into several: loaded, computed step by step, and turned into
/// tokens and text where the model ends. No network, no queue.
@NullMarked
package org.mycoswarm.inference.shard;

import org.jspecify.annotations.NullMarked;
