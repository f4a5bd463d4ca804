package io.evenhand.demo;

import io.evenhand.demo.command.DemoProtocol;
import io.evenhand.demo.delegation.DelegationDemo;
import java.util.List;

/// The protocols that are demonstrated and measured. The first is the one that `evenhand demo`
/// plays.
public final class Demos {
    public static final List<DemoProtocol> ALL = List.of(new DelegationDemo());

    private Demos() {}
}
