package io.evenhand.ledger.evm;

import io.evenhand.kit.alarm.Alarm;
import io.evenhand.kit.deal.ChainTime;
import java.util.List;

/// The chain as one endpoint shows it at one moment. Whoever gets a newer one may forget the older.
///
/// @param answering false if the endpoint was silent at the last attempt: the rest is what was last
///   known, only `time` has moved on
/// @param reorgDepth how many blocks were taken back since the snapshot before, 0 almost always
/// @param epoch while it is the same, no block that was known has been taken back
/// @param alarms what is wrong with the chain or its endpoints now
public record ChainSnapshot(
        long chainId,
        Header tip,
        Header finalized,
        ChainTime time,
        boolean answering,
        int reorgDepth,
        long epoch,
        List<Alarm> alarms) {
    /// The same at another time.
    ChainSnapshot at(ChainTime now) {
        return new ChainSnapshot(
                chainId, tip, finalized, now, answering, reorgDepth, epoch, alarms);
    }

    /// The same while the endpoint does not answer.
    ChainSnapshot silent(ChainTime now, List<Alarm> present) {
        return new ChainSnapshot(
                chainId, tip, finalized, now, false, reorgDepth, epoch, List.copyOf(present));
    }
}
