@NullMarked
package org.mycoswarm.queue.log.disks;

import org.jspecify.annotations.NullMarked;
