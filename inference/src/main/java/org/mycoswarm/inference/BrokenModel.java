package org.mycoswarm.inference;

import java.nio.file.Path;

/// A folder among the models that is none, and why.
public record BrokenModel(Path folder, String reason) {}
