@org.jspecify.annotations.NullMarked
package org.mycoswarm.evaluation;
