package io.evenhand.node.metered;

import io.evenhand.kit.process.Fatal;
import io.evenhand.node.store.WhenStored;
import java.util.concurrent.Executor;

/// Goes on when something is on the disk. What cannot be stored ends the process: nobody may
/// believe that it was, and a restart goes on from what is there.
///
/// @param on runs what follows: nothing else is stored meanwhile
record AfterFlush(Executor on, Runnable next) implements WhenStored {
    @Override
    public void stored() {
        on.execute(next);
    }

    @Override
    public void failed(RuntimeException why) {
        Fatal.end(why);
    }
}
