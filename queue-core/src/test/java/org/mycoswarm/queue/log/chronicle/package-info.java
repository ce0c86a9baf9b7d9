@NullMarked
package org.mycoswarm.queue.log.chronicle;

import org.jspecify.annotations.NullMarked;
