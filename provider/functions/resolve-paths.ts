import type { FunctionHandler } from "../handler";
export const resolvePaths: FunctionHandler = {
    secrets: [],
    async invoke() {
        throw new Error("not yet");
    },
};
