"""One file a user action: the verb, its result, and the result's JSON. Verbs print nothing."""
