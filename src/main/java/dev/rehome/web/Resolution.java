package dev.rehome.web;

import dev.rehome.tenant.TenantId;

/** What a resolver says of a request. */
public sealed interface Resolution {

    /** It is this tenant's. */
    record Found(TenantId tenant) implements Resolution {}

    /** It names a tenant that there is not: answered with 404. */
    record Unknown() implements Resolution {}

    /** It names more than one, or in a way that can be read as more than one: answered with 400. */
    record Ambiguous() implements Resolution {}

    /** It does not name any in the way that this resolver looks at; if no other knows more, answered with 400. */
    record Silent() implements Resolution {}
}
