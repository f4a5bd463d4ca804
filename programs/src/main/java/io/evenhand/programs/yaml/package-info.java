/// Files that a user writes: policies, services, the configuration.
@NullMarked
package io.evenhand.programs.yaml;

import org.jspecify.annotations.NullMarked;
