package io.evenhand.node.store;

/// Hears how a step ended whose caller did not wait: one of the two is called, once, on the thread
/// that stores. All other steps wait meanwhile, so it hands on what it hears and returns; it must
/// wait for no lock that anybody holds while storing.
public interface WhenStored {
    /// It is stored and flushed, with all that was stored before it.
    void stored();

    /// Nothing of it is stored.
    ///
    /// @param why what the step threw, or a {@link StoreException}
    void failed(RuntimeException why);
}
