@NullMarked
package org.mycoswarm.broker.results;

import org.jspecify.annotations.NullMarked;
