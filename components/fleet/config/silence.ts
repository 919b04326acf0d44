/** Whether a runner or manager of a stack's file accepts the warnings of a code. */
export function accepts(owner: Record<string, unknown> | undefined, code: string): boolean {
    return Array.isArray(owner?.silence) && owner.silence.includes(code);
}
