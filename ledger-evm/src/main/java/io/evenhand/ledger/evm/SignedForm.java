package io.evenhand.ledger.evm;

import com.esaulpaugh.headlong.rlp.RLPDecoder;
import com.esaulpaugh.headlong.rlp.RLPItem;
import com.esaulpaugh.headlong.rlp.RLPList;
import java.util.List;

/// Reads back what we signed, so that the journal need not keep it twice.
final class SignedForm {
    private static final int GAS_OF_TYPE_2 = 4;
    private static final int GAS_OF_LEGACY = 2;

    private SignedForm() {}

    static long gasLimit(CallData raw) {
        byte[] bytes = raw.expose();
        boolean typed = bytes[0] == Eip1559.TYPE;
        RLPList list = RLPDecoder.RLP_STRICT.wrapList(bytes, typed ? 1 : 0);
        List<RLPItem> fields = list.elements(RLPDecoder.RLP_STRICT);
        return fields.get(typed ? GAS_OF_TYPE_2 : GAS_OF_LEGACY).asLong();
    }
}
