@NullMarked
package org.mycoswarm.queue.log.memory;

import org.jspecify.annotations.NullMarked;
