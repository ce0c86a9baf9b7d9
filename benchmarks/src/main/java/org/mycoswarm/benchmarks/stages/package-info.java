/// What a model in stages costs and gives: stages that stand in for computing ones, behind the real
/// broker.
@NullMarked
package org.mycoswarm.benchmarks.stages;

import org.jspecify.annotations.NullMarked;
