/// What travels between broker and node while a cut model runs: a header and a few tensors, as
/// bytes that show it when they were damaged.
@NullMarked
package org.mycoswarm.sharding.frame;

import org.jspecify.annotations.NullMarked;
