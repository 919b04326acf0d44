/** Something that is kept for each owner as long as that lives: what an operation has seen, by the client that it asks with. */
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
