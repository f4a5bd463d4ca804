package io.evenhand.enclave.sandbox;

/// The machine could not finish a run: it was stopped, a disk or its memory failed, or the engine
/// broke. Nobody's verdict follows.
public final class GuestAborted extends Exception {
    private static final long serialVersionUID = 1;

    GuestAborted(String message, Throwable cause) {
        super(message, cause);
    }
}
