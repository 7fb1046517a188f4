import Testing

/// Tests that start programs, one after the other: they would starve each other on two cores, and a program started
/// meanwhile inherits the pipes of the others and holds them open.
@Suite(.serialized) enum EndToEnd {}
