@NullMarked
package org.mycoswarm.broker.models;

import org.jspecify.annotations.NullMarked;
