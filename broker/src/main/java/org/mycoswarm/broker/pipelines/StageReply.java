package org.mycoswarm.broker.pipelines;

import java.util.List;
import org.mycoswarm.schema.wire.StageAnswer;
import org.mycoswarm.sharding.frame.Tensor;

/// What a stage answered.
///
/// @param tensors that leave it
record StageReply(StageAnswer answer, List<Tensor> tensors) {}
