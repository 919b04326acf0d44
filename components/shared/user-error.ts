/**
 * Keeps an error's text as it is. Pulumi puts `error serializing property "…"` in front of it once for each property on
 * its way, and those names are ours, not the user's.
 */
export function withFixedMessage<E extends Error>(error: E): E {
    const { message } = error;
    return Object.defineProperty(error, "message", { get: () => message, set: () => {} });
}
