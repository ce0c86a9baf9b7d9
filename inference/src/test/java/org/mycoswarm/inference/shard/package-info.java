@NullMarked
package org.mycoswarm.inference.shard;

import org.jspecify.annotations.NullMarked;
