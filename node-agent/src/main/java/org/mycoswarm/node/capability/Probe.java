package org.mycoswarm.node.capability;

/// Looks at one thing of this machine.
///
/// A probe may fail in its own way: [CapabilityScan] turns what it throws into something missing,
/// with the reason, and does not wait for it for ever.
interface Probe {
  /// What it looks at, as `missing` names it.
  String name();

  Finding probe() throws Exception;
}
