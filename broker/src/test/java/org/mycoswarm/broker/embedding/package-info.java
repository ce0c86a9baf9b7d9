@NullMarked
package org.mycoswarm.broker.embedding;

import org.jspecify.annotations.NullMarked;
