@NullMarked
package org.mycoswarm.queue.log.json;

import org.jspecify.annotations.NullMarked;
