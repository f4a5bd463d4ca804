/// What runs other people's code: policies, programs, and the sandbox of those that are modules.
@NullMarked
package io.evenhand.enclave;

import org.jspecify.annotations.NullMarked;
