/// A provider: {@link io.evenhand.node.delegation.provider.ProviderDaemon}.
@NullMarked
package io.evenhand.node.delegation.provider;

import org.jspecify.annotations.NullMarked;
