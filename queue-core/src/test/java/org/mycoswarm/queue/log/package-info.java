@NullMarked
package org.mycoswarm.queue.log;

import org.jspecify.annotations.NullMarked;
