@NullMarked
package org.mycoswarm.broker.blobs;

import org.jspecify.annotations.NullMarked;
