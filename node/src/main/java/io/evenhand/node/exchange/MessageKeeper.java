package io.evenhand.node.exchange;

import io.evenhand.kit.machine.MessageFormat;
import io.evenhand.kit.sign.Statement;
import io.evenhand.node.store.DocumentTable;
import io.evenhand.node.store.SessionKey;
import java.util.List;
import java.util.Optional;

/// Keeps messages word by word: those that are signed are evidence.
record MessageKeeper<M>(MessageFormat<M> format, DocumentTable documents) {
    /// Keeps what one step said and heard.
    ///
    /// @param changed whether the step changed the state
    /// @return the statement whose hash is the id of the exchange, if one of them holds it
    Optional<Statement> keep(SessionKey key, Optional<M> received, List<M> said, boolean changed) {
        Optional<Statement> terms = Optional.empty();
        // What was refused and changed nothing must not take the place of what is agreed later.
        boolean refused =
                !changed && said.stream().anyMatch(m -> format.traits(m).refuses().isPresent());
        Optional<M> heard = received.filter(_ -> !refused);
        if (heard.isPresent()) {
            put(key, Documents.received(format, heard.get()), heard.get());
            terms = format.traits(heard.get()).terms();
        }
        for (M message : said) {
            put(key, Documents.sent(format, message), message);
            terms = terms.or(() -> format.traits(message).terms());
        }
        return terms;
    }

    /// Keeps a message that changed nothing, if it may be held against its sender.
    void keepIgnored(SessionKey key, M heard) {
        if (format.traits(heard).keptIfIgnored()) {
            put(key, Documents.refused(format, heard), heard);
        }
    }

    private void put(SessionKey key, DocumentTable.Name name, M message) {
        documents.put(key, name, Documents.bytes(format, message));
    }
}
