/// Deletes blobs that nobody refers to.
@NullMarked
package org.mycoswarm.broker.blobs;

import org.jspecify.annotations.NullMarked;
