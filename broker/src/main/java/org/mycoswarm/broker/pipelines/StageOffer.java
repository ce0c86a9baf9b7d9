package org.mycoswarm.broker.pipelines;

/// A node was chosen for a stage, and the queue is to be told.
record StageOffer(Stage stage, StageHolder holder) {}
