@NullMarked
package org.mycoswarm.queue.engine;

import org.jspecify.annotations.NullMarked;
