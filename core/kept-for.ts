/** A value that is kept per owner for the owner's lifetime: for example, what an operation has read, per client. */
export function keptFor<Owner extends object, Kept>(make: (owner: Owner) => Kept): (owner: Owner) => Kept {
    const all = new WeakMap<Owner, Kept>();
    return (owner) => {
        let kept = all.get(owner);
        if (kept === undefined) {
            kept = make(owner);
            all.set(owner, kept);
        }
        return kept;
    };
}
