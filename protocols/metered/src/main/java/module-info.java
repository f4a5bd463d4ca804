/// The metered protocol knows the kit and nothing else, so the compiler keeps rails, processes and
/// other protocols out. A fence for the compiler only: everything runs on the class path.
module io.evenhand.protocols.metered {
    requires transitive io.evenhand.kit;
    requires static org.jspecify;

    exports io.evenhand.protocols.metered;
    exports io.evenhand.protocols.metered.channel;
    exports io.evenhand.protocols.metered.enclave;
    exports io.evenhand.protocols.metered.message;
    exports io.evenhand.protocols.metered.node;
    exports io.evenhand.protocols.metered.requester;
}
