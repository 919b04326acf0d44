import type { FunctionHandler } from "../handler";
export const getMetadata: FunctionHandler = {
    secrets: [],
    async invoke() {
        throw new Error("not yet");
    },
};
