/** The error that a promise is rejected with; fails if it is not rejected. */
export async function rejection<E extends Error = Error>(promise: Promise<unknown>): Promise<E> {
    try {
        await promise;
    } catch (error) {
        return error as E;
    }
    throw new Error("expected a rejection, but it went well");
}
