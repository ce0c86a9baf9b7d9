@NullMarked
package org.mycoswarm.broker.records;

import org.jspecify.annotations.NullMarked;
