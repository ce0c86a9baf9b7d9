@NullMarked
package org.mycoswarm.queue.log.files;

import org.jspecify.annotations.NullMarked;
