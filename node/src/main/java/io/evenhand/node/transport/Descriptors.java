package io.evenhand.node.transport;

import com.sun.management.UnixOperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;

/// The files and sockets this process may open. A server that runs out of them cannot accept any
/// more, ever: so it takes no more connections than there are descriptors.
final class Descriptors {
    private static final System.Logger LOG = System.getLogger(Descriptors.class.getName());

    /// For the journal, files that come and go, calls to others and the programs that are run.
    private static final int RESERVE = 64;

    private static final int LEAST_STRANGERS = 4;

    private Descriptors() {}

    /// As much of this room as there are descriptors for; says so if that is less.
    ///
    /// @param beside descriptors that others of this process may need
    /// @throws IOException if it is too little to serve anybody
    static PeerServerOptions.Room fittingOrWarn(PeerServerOptions.Room room, int beside)
            throws IOException {
        PeerServerOptions.Room fitting = fitting(room, beside);
        if (!fitting.equals(room)) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "few files may be opened here: {0} connections of known peers instead of {1};"
                            + " raise the limit (ulimit -n)",
                    fitting.known(),
                    room.known());
        }
        return fitting;
    }

    /// As much of this room as there are descriptors for.
    ///
    /// @throws IOException if it is too little to serve anybody
    private static PeerServerOptions.Room fitting(PeerServerOptions.Room room, int beside)
            throws IOException {
        if (!(ManagementFactory.getOperatingSystemMXBean()
                instanceof UnixOperatingSystemMXBean machine)) {
            return room;
        }
        return fitting(
                room,
                beside,
                machine.getMaxFileDescriptorCount(),
                machine.getOpenFileDescriptorCount());
    }

    static PeerServerOptions.Room fitting(
            PeerServerOptions.Room room, int beside, long most, long open) throws IOException {
        long free = most - open - RESERVE - beside;
        if (free >= room.all()) {
            return room;
        }
        double part = (double) Math.max(free, 0) / room.all();
        int strangers = (int) (room.strangers() * part);
        if (strangers < Math.min(room.strangers(), LEAST_STRANGERS)) {
            throw new IOException(
                    ("this process may open %d files and has %d open, which is too few for a"
                                    + " server; raise the limit (ulimit -n 1024)")
                            .formatted(most, open));
        }
        int known = Math.max(1, (int) (room.known() * part));
        return new PeerServerOptions.Room(
                known,
                Math.min(room.knownEach(), known),
                Math.max(1, (int) (room.guests() * part)),
                strangers,
                room.life());
    }
}
