@NullMarked
package org.mycoswarm.broker.upload;

import org.jspecify.annotations.NullMarked;
