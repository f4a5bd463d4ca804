package io.evenhand.cli.evidence;

import io.evenhand.kit.evidence.Sighting;
import java.util.List;
import java.util.Map;

/// What a node of the chain says about the transactions that evidence names.
///
/// @param node name of the node, without secrets of its address
/// @param tip number of its newest block when it was asked
/// @param depths how many blocks were on top of each confirmed transaction's block
/// @param faults one line for everything that the node denies
/// @param notes one line for what it does not know of and nobody observed
public record ChainCheck(
        String node,
        long chainId,
        long tip,
        Map<Sighting, Long> depths,
        List<String> faults,
        List<String> notes) {
    public boolean confirms(Sighting sighting) {
        return depths.containsKey(sighting);
    }
}
