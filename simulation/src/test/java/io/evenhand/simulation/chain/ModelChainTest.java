package io.evenhand.simulation.chain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.kit.deal.Deal;
import io.evenhand.kit.deal.LockAddresses;
import io.evenhand.kit.deal.RevealedKey;
import io.evenhand.kit.value.Address;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.Wei;
import io.evenhand.simulation.escrow.EscrowTx;
import io.evenhand.simulation.escrow.ModelEscrow;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ModelChainTest {
    private static final Address PAYER = new Address(1, 0, 0);
    private static final Deal DEAL =
            new Deal(
                    PAYER,
                    new Address(2, 0, 0),
                    Address.ZERO,
                    Wei.of(100),
                    20,
                    Bytes32.ZERO,
                    Deal.POINT_LOCK,
                    new LockAddresses(new Address(5, 0, 0), new Address(6, 0, 0)),
                    Bytes32.ZERO);
    private static final EscrowTx OPEN = new EscrowTx.Open(0, DEAL, PAYER);
    private static final EscrowTx CLAIM =
            new EscrowTx.Claim(0, DEAL, new RevealedKey(Bytes32.ZERO), new Address(2, 0, 0));

    private final ModelChain<ModelEscrow, EscrowTx> model = new ModelChain<>(2, 2, 1, true);
    private final ChainState<ModelEscrow, EscrowTx> genesis =
            model.genesis(
                    List.of(
                            ModelEscrow.deployed(
                                    new ModelEscrow.Rules(
                                            new Address(9, 0, 0),
                                            1,
                                            100,
                                            (_, _) -> true,
                                            Set.of(),
                                            Set.of()))));

    private ChainState<ModelEscrow, EscrowTx> next(
            ChainState<ModelEscrow, EscrowTx> chain, EscrowTx... content) {
        String wanted =
                content.length == 0
                        ? "empty"
                        : String.join(
                                ", then ", List.of(content).stream().map(ModelTx::brief).toList());
        return model.mine(chain, List.of(), false).stream()
                .filter(m -> m.label().endsWith(": " + wanted))
                .findFirst()
                .orElseThrow()
                .after();
    }

    private static boolean open(ChainState.Block<ModelEscrow, EscrowTx> block) {
        return block.contracts().getFirst().openedAt(DEAL) != 0;
    }

    @Test
    void anHonestTransactionIsInTheSecondBlockAtTheLatest() {
        ChainState<ModelEscrow, EscrowTx> chain = model.handedOver(genesis, OPEN);
        assertEquals(2, model.mine(chain, List.of(), false).size());
        ChainState<ModelEscrow, EscrowTx> missed = next(chain);
        List<ModelChain.Mined<ModelEscrow, EscrowTx>> forced = model.mine(missed, List.of(), false);
        assertEquals(1, forced.size());
        assertTrue(open(forced.getFirst().after().tip()));
    }

    @Test
    void R3_whoNeverRaisesTheFeeMayWaitAsLongAsFeesAreHigh() {
        ModelChain<ModelEscrow, EscrowTx> stingy = new ModelChain<>(2, 2, 1, false);
        ChainState<ModelEscrow, EscrowTx> missed = next(model.handedOver(genesis, OPEN));
        assertEquals(1, stingy.mine(missed, List.of(), false).size());
        assertEquals(2, stingy.mine(missed, List.of(), true).size());
    }

    @Test
    void aBlockIsFinalUnderTwoOthers() {
        ChainState<ModelEscrow, EscrowTx> one = next(model.handedOver(genesis, OPEN), OPEN);
        assertTrue(open(one.tip()));
        assertFalse(open(one.finalized()));
        assertFalse(open(next(one).finalized()));
        assertTrue(open(next(next(one)).finalized()));
    }

    @Test
    void aReorgDropsBlocksAndTheWalletSendsAgainAllButTheClaim() {
        ChainState<ModelEscrow, EscrowTx> opened =
                next(next(next(model.handedOver(genesis, OPEN), OPEN)));
        ChainState<ModelEscrow, EscrowTx> claimed = next(model.handedOver(opened, CLAIM), CLAIM);
        assertFalse(open(claimed.tip()));
        ChainState<ModelEscrow, EscrowTx> back = model.reorg(claimed, 1);
        assertTrue(open(back.tip()));
        assertEquals(List.of(), back.mempool());
        assertEquals(1, back.shown().size());
        ChainState<ModelEscrow, EscrowTx> undone =
                model.reorg(next(model.handedOver(genesis, OPEN), OPEN), 2);
        assertFalse(open(undone.tip()));
        assertEquals(List.of(new ChainState.Pending<>(OPEN, 0)), undone.mempool());
    }

    @Test
    void whatChangesNothingIsNoMoveOfTheAdversary() {
        EscrowTx refund = new EscrowTx.Refund(0, DEAL, PAYER);
        assertEquals(1, model.mine(genesis, List.of(refund), false).size());
        assertEquals(2, model.mine(genesis, List.of(OPEN), false).size());
    }
}
