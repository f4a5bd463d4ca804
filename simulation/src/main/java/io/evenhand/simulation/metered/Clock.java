package io.evenhand.simulation.metered;

import io.evenhand.simulation.chain.ModelChain;
import io.evenhand.simulation.meter.MeterTx;
import io.evenhand.simulation.meter.ModelMeter;

/// The times of the model, in blocks of one second each.
final class Clock {
    static final int INCLUSION = 2;
    static final int FINALITY = 2;
    static final int TIMEOUT = 12;

    /// A close is handed over at this block at the latest: it is in one of the next two, a reorg
    /// may drop it, and it is in one of two again.
    static final int STOP_AT = TIMEOUT - 1 - 2 * INCLUSION - FINALITY;

    /// The time before which no tower may close (F8): the node's own close is final by then.
    static final int NOT_BEFORE = TIMEOUT - 1;

    /// By then a refund is in, and final, even if a reorg dropped it once.
    static final int HORIZON = TIMEOUT + 2 * INCLUSION + 2 * FINALITY;

    static final ModelChain<ModelMeter, MeterTx> CHAIN =
            new ModelChain<>(INCLUSION, FINALITY, 1, true);

    private Clock() {}
}
