/// The delegation protocol knows the kit and nothing else, so the compiler keeps rails, processes
/// and other protocols out. A fence for the compiler only: everything runs on the class path.
module io.evenhand.protocols.delegation {
    requires transitive io.evenhand.kit;
    requires static org.jspecify;

    exports io.evenhand.protocols.delegation;
    exports io.evenhand.protocols.delegation.customer;
    exports io.evenhand.protocols.delegation.evidence;
    exports io.evenhand.protocols.delegation.message;
    exports io.evenhand.protocols.delegation.provider;
    exports io.evenhand.protocols.delegation.stamper;
}
