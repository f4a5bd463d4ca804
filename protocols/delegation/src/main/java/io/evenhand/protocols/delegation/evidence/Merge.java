package io.evenhand.protocols.delegation.evidence;

import io.evenhand.kit.machine.Crypto;
import io.evenhand.protocols.delegation.message.Terms;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// Puts what several bundles hold about one exchange side by side. Only here it shows when a party
/// told two peers two things.
final class Merge {
    private Merge() {}

    /// One for each exchange, in the order of their first bundle. A party that never saw complete
    /// Terms joins the exchange of its order, if that is only one.
    static List<Evidence> byExchange(Crypto crypto, List<Evidence> bundles) {
        Map<Object, Evidence> exchanges = new LinkedHashMap<>();
        for (Evidence bundle : bundles) {
            exchanges.merge(key(crypto, bundle, bundles), bundle, Merge::both);
        }
        return List.copyOf(exchanges.values());
    }

    private static Object key(Crypto crypto, Evidence bundle, List<Evidence> all) {
        if (bundle.terms().isPresent()) {
            return crypto.xid(bundle.terms().get());
        }
        Object order = bundle.endings().getFirst().ending().order();
        List<Terms> fitting =
                all.stream()
                        .flatMap(other -> other.terms().stream())
                        .filter(terms -> terms.order().equals(order))
                        .distinct()
                        .toList();
        return fitting.size() == 1 ? crypto.xid(fitting.getFirst()) : order;
    }

    private static Evidence both(Evidence a, Evidence b) {
        return new Evidence(
                a.keeper(),
                either(a.terms(), b.terms()),
                either(a.policy(), b.policy()),
                either(a.customer(), b.customer()),
                either(a.provider(), b.provider()),
                either(a.possession(), b.possession()),
                either(a.ready(), b.ready()),
                both(a.stamps(), b.stamps()),
                both(a.deliveries(), b.deliveries()),
                both(a.acknowledgements(), b.acknowledgements()),
                both(a.deposits(), b.deposits()),
                both(a.observations(), b.observations()),
                both(a.endings(), b.endings()));
    }

    private static <T> Optional<T> either(Optional<T> a, Optional<T> b) {
        return a.or(() -> b);
    }

    private static <T> List<T> both(List<T> a, List<T> b) {
        return new ArrayList<>(Stream.concat(a.stream(), b.stream()).distinct().toList());
    }
}
