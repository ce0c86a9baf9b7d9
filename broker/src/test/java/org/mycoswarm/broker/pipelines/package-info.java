@NullMarked
package org.mycoswarm.broker.pipelines;

import org.jspecify.annotations.NullMarked;
