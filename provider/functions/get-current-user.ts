import type { FunctionHandler } from "../handler";
export const getCurrentUser: FunctionHandler = {
    secrets: [],
    async invoke() {
        throw new Error("not yet");
    },
};
