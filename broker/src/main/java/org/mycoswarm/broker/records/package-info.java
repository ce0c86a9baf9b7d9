/// Small named JSON documents in the log, for those parts of the broker that have something to
/// remember.
@NullMarked
package org.mycoswarm.broker.records;

import org.jspecify.annotations.NullMarked;
