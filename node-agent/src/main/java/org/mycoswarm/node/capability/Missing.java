package org.mycoswarm.node.capability;

/// Something that this machine cannot do or could not be asked, and why.
public record Missing(String what, String reason) {}
